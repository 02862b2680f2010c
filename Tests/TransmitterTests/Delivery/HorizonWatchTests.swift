import SQLite
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

@Suite(.timeLimit(.minutes(2))) struct HorizonWatchTests {
  private static let day = Duration.seconds(86_400)
  private let domain: TestDomain

  init() async throws {
    domain = try await TestDomain()
  }

  /// Watches while `body` runs.
  private func watching(_ body: () async throws -> Void) async throws {
    let watch = HorizonWatch(
      store: domain.store, registry: domain.registry, doorbell: domain.doorbell,
      machine: domain.world.machine, clock: domain.steadyClock, environment: domain.environment)
    try await running(watch.run, until: watch.stop, body)
  }

  private func expireAll(of stream: Stream, _ count: Int64) async throws {
    try await domain.advanceClock(until: "\(count) are expired") {
      domain.totals(of: stream).expired == count
    }
  }

  @Test("P4 what a paused stream holds, and what nobody polls, expires after the horizon and not before")
  func heldAndUnpolled() async throws {
    let paused = try await domain.makeStream()
    let polled = try await domain.makePolledStream()
    try await domain.setStatus(.paused, of: paused)
    let start = domain.clock.now
    try await domain.emit(addresses: (0..<1300).map { "\($0 % 40)@example.com" })
    domain.clock.advance(by: Self.day)
    try await domain.emit("late@example.com")
    try await watching {
      try await expireAll(of: paused, 1300)
      try await expireAll(of: polled, 1300)
      let elapsed = domain.clock.now.since(start)
      #expect(elapsed > Self.day * 7 && elapsed < Self.day * 7 + .seconds(5))
      try await expireAll(of: polled, 1301)
    }
    for stream in [paused, polled] { try await domain.expectBalance(of: stream) }
    let facts = try await domain.store.read { database in
      try database.query("SELECT DISTINCT state, attempts, last_code FROM delivery") {
        "\(try $0.int(0)) \(try $0.int(1)) \(try $0.text(2))"
      }
    }
    #expect(facts == ["3 0 horizon_passed"])
  }

  @Test("P4 a stream may have a horizon of its own", arguments: [1, 30 * 24])
  func ownHorizon(hours: Int) async throws {
    let horizon = Duration.seconds(hours * 3600)
    let stream = try await domain.makePolledStream()
    _ = try await domain.registry.update(stream.id, of: .administrator) { $0.terms.horizon = horizon }
    let start = domain.clock.now
    try await domain.emit("jane@example.com")
    try await watching { try await expireAll(of: stream, 1) }
    let elapsed = domain.clock.now.since(start)
    #expect(elapsed > horizon && elapsed <= horizon + .seconds(1))
    try await domain.expectBalance(of: stream)
  }

  @Test("a horizon that is set is kept over a restart, and what waits goes by it")
  func keptHorizon() async throws {
    let stream = try await domain.makeStream()
    try await domain.emit("jane@example.com")
    _ = try await domain.registry.update(stream.id, of: .administrator) {
      $0.terms = DeliveryTerms(horizon: .seconds(7200), rateLimit: 5)
    }
    let reopened = try await domain.reopened()
    let again = try reopened.registry.stream(stream.id, of: .administrator)
    #expect(again.terms == DeliveryTerms(horizon: .seconds(7200), rateLimit: 5))
    reopened.clock.advance(by: .seconds(7201))
    try await reopened.delivering { try await reopened.waitUntilNothingPends(of: stream) }
    #expect(reopened.totals(of: stream).expired == 1)
  }

  @Test("F16 a clock that is set years forward and back again expires nothing")
  func wrongClock() async throws {
    let stream = try await domain.makePolledStream()
    let desk = try await domain.makeDesk()
    try await domain.emit("jane@example.com")
    try await watching {
      try await eventually("the watch sleeps") { domain.clock.sleeperCount == 1 }
      domain.clock.step(by: Self.day * 3650)
      domain.clock.advance(by: .seconds(59))
      #expect(try await desk.look(at: stream).tokens.count == 1)
      domain.clock.step(by: Self.day * -3650)
      domain.clock.advance(by: .seconds(7200))
      #expect(try await desk.look(at: stream).tokens.count == 1)
    }
    #expect(domain.totals(of: stream).pending == 1)
  }

  @Test("F16 what was accepted by a clock that was years ahead keeps nothing behind it from expiring")
  func eventFromTheFuture() async throws {
    let stream = try await domain.makePolledStream()
    domain.clock.step(by: Self.day * 3650)
    try await domain.emit("future@example.com")
    domain.clock.step(by: Self.day * -3650)
    try await domain.emit("a@example.com", "b@example.com")
    let start = domain.clock.now
    try await watching { try await expireAll(of: stream, 2) }
    #expect(domain.clock.now.since(start) < Self.day * 8)
    #expect(domain.totals(of: stream).pending == 1)
  }

  @Test("P12 a full disk delays an expiry, and ends nothing")
  func fullDisk() async throws {
    let stream = try await domain.makePolledStream()
    try await domain.emit("jane@example.com")
    domain.clock.advance(by: Self.day * 8)
    try await domain.fillDisk()
    try await watching {
      try await eventually("the watch waits for space") { domain.clock.sleeperCount == 1 }
      #expect(domain.totals(of: stream).pending == 1)
      try await domain.freeDisk()
      try await expireAll(of: stream, 1)
    }
  }

  @Test("what was replayed is as old as its replay, whatever stands around it in the queue")
  func replayed() async throws {
    let stream = try await domain.makePolledStream()
    let receipts = try await domain.emit("a@example.com", "b@example.com", "c@example.com")
    let replayed = try #require(receipts.tokenIDs(for: stream).first)
    domain.clock.advance(by: Self.day * 6)
    let now = domain.clock.now
    try await domain.store.read { database in
      try database.execute("UPDATE delivery SET replayed_ms = ? WHERE jti = ?", now.milliseconds, replayed)
    }
    try await watching {
      try await expireAll(of: stream, 2)
      #expect(domain.clock.now.since(now) < Self.day * 2)
      try await expireAll(of: stream, 3)
      #expect(domain.clock.now.since(now) > Self.day * 7)
    }
  }
}
