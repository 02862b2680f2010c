import HTTP
import JSON
import SQLite
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

/// What is settled is kept for its time, and not longer.
@Suite(.timeLimit(.minutes(2))) struct HistoryRetentionTests {
  private let domain: TestDomain

  init() async throws {
    domain = try await TestDomain()
  }

  private struct Rows: Equatable {
    var deliveries: Int
    var attempts: Int
    var events: Int
    var streams: Int
  }

  private func rows() async throws -> Rows {
    try await domain.store.read { database in
      func count(_ table: String) throws -> Int {
        try database.first("SELECT count(*) FROM \(table)") { try $0.int(0) } ?? -1
      }
      return Rows(
        deliveries: try count("delivery"), attempts: try count("attempt"), events: try count("event"),
        streams: try count("stream"))
    }
  }

  /// Forgets while `body` runs.
  private func forgetting(_ body: () async throws -> Void) async throws {
    let history = HistoryRetention(
      store: domain.store, terms: HistoryRetention.Terms(), clock: domain.steadyClock,
      environment: domain.environment)
    try await running(history.run, until: history.stop) {
      try await eventually("it waits") { domain.clock.sleeperCount == 1 }
      try await body()
    }
  }

  /// Runs the clock to a time, from one waking to the next.
  private func advance(to time: Timestamp) async throws {
    while domain.clock.now < time {
      try await eventually("it waits") { domain.clock.sleeperCount == 1 }
      domain.clock.advance(to: min(try #require(domain.clock.nextWaking), time))
    }
    try await eventually("it waits") { domain.clock.sleeperCount == 1 }
  }

  private static let day = Duration.seconds(86_400)

  /// A polled stream with a delivered, a dead and a waiting delivery, and an event that nobody asked for.
  private func makeRows() async throws -> Stream {
    let stream = try await domain.makePolledStream(events: [.sessionRevoked])
    let accepted = try await domain.emit("a@example.com", "b@example.com", "c@example.com")
    let tokens = accepted.tokenIDs(for: stream)
    _ = try await domain.makeDesk().look(at: stream, acknowledging: [tokens[0]], rejecting: [tokens[1]: nil])
    _ = try await domain.intake.accept([
      EventSubmission(["type": "https://schemas.example.com/nobody", "subject": .mail("a")])
    ])
    return stream
  }

  @Test("settled deliveries go with their events after 7 days, dead letters after 30, what waits never")
  func times() async throws {
    let stream = try await makeRows()
    let start = domain.clock.now
    #expect(try await rows() == Rows(deliveries: 3, attempts: 1, events: 4, streams: 1))
    try await forgetting {
      try await advance(to: start + Self.day * 7)
      #expect(try await rows().deliveries == 3)
      try await advance(to: start + Self.day * 7 + .seconds(120))
      #expect(try await rows() == Rows(deliveries: 2, attempts: 1, events: 2, streams: 1))
      try await advance(to: start + Self.day * 30 + .seconds(120))
      #expect(try await rows() == Rows(deliveries: 1, attempts: 0, events: 1, streams: 1))
      try await advance(to: start + Self.day * 60)
      #expect(try await rows().deliveries == 1)
    }
    let totals = domain.totals(of: stream)
    #expect(totals.delivered == 1 && totals.dead == 1 && totals.unaccounted == 0)
  }

  @Test("an event goes when no delivery refers to it any more")
  func sharedEvent() async throws {
    let first = try await domain.makePolledStream(events: [.sessionRevoked])
    let second = try await domain.makePolledStream(events: [.sessionRevoked])
    let accepted = try await domain.emit("a@example.com")
    let desk = try await domain.makeDesk()
    _ = try await desk.look(at: first, acknowledging: accepted.tokenIDs(for: first))
    let start = domain.clock.now
    try await forgetting {
      try await advance(to: start + Self.day * 8)
      #expect(try await rows() == Rows(deliveries: 1, attempts: 0, events: 1, streams: 2))
      _ = try await desk.look(at: second, acknowledging: accepted.tokenIDs(for: second))
      try await advance(to: start + Self.day * 16)
      #expect(try await rows() == Rows(deliveries: 0, attempts: 0, events: 0, streams: 2))
    }
  }

  @Test("what many have left is forgotten in one waking, in slices")
  func slices() async throws {
    let stream = try await domain.makePolledStream(events: [.sessionRevoked])
    for start in stride(from: 0, to: 3000, by: 1000) {
      try await domain.emit(addresses: (start..<start + 1000).map { "user\($0)@example.com" })
    }
    try await domain.store.transaction { [now = domain.clock.now] transaction in
      try transaction.database.execute("UPDATE delivery SET state = 1, settled_ms = ?", now.milliseconds)
      transaction.count(.delivered, 3000, of: stream.number)
      transaction.count(.queued, -3000, of: stream.number)
    }
    let start = domain.clock.now
    try await forgetting {
      try await advance(to: start + Self.day * 7 + .seconds(120))
      #expect(try await rows() == Rows(deliveries: 0, attempts: 0, events: 0, streams: 1))
    }
    #expect(domain.totals(of: stream).delivered == 3000)
  }

  @Test("a slice is a page of rows in all, whatever they are")
  func slice() async throws {
    let stream = try await domain.makePolledStream(events: [.sessionRevoked])
    try await domain.emit(addresses: (0..<600).map { "user\($0)@example.com" })
    let nobody = try EventSubmission(["type": "https://schemas.example.com/nobody", "subject": .mail("a")])
    _ = try await domain.intake.accept([EventSubmission](repeating: nobody, count: 300))
    let now = domain.clock.now
    try await domain.store.transaction { transaction in
      try transaction.database.execute(
        "UPDATE delivery SET state = iif(seq % 2, 1, 2), settled_ms = ?", now.milliseconds)
      transaction.count(.delivered, 300, of: stream.number)
      transaction.count(.dead, 300, of: stream.number)
      transaction.count(.queued, -600, of: stream.number)
    }
    let due = now + .milliseconds(1)
    let cutoffs = HistoryCutoffs(settled: due, letters: due, now: due)
    var progress = HistorySlice(mark: 0)
    // The events of deliveries are gone with them when the turn of the others comes.
    for left in [[100, 400], [0, 0]] {
      progress = try await domain.store.transaction { [ledger = domain.store.ledger, progress] transaction in
        try transaction.forgetSlice(after: progress.mark, before: cutoffs, mirroredBy: ledger)
      }
      let counts = try await rows()
      #expect([counts.deliveries, counts.events] == left)
    }
    #expect(progress.isLast)
  }

  @Test("F16 an event that was accepted by a clock that was years ahead keeps none behind it")
  func eventFromTheFuture() async throws {
    let nobody = try EventSubmission(["type": "https://schemas.example.com/nobody", "subject": .mail("a")])
    domain.clock.step(by: Self.day * 3650)
    _ = try await domain.intake.accept([nobody])
    domain.clock.step(by: Self.day * -3650)
    _ = try await domain.intake.accept([nobody, nobody])
    let start = domain.clock.now
    try await forgetting {
      try await advance(to: start + Self.day * 7 + .seconds(120))
      #expect(try await rows().events == 1)
    }
  }

  @Test("the space of what is forgotten goes back to the disk")
  func space() async throws {
    _ = try await makeRows()
    try await domain.fillFile(megabytes: 16)
    #expect(try domain.fileBytes > 16 << 20)
    let start = domain.clock.now
    try await forgetting { try await advance(to: start + Self.day * 8) }
    #expect(try domain.fileBytes < 6 << 20)
  }

  @Test("of a deleted stream nothing is left in the end")
  func deletedStream() async throws {
    let stream = try await makeRows()
    try await domain.delivering {
      try await domain.registry.delete(stream.id, of: .administrator)
      try await domain.wait(for: stream, until: "what waits is dropped") { $0.pending == 0 }
    }
    let start = domain.clock.now
    try await forgetting {
      try await advance(to: start + Self.day * 29)
      #expect(try await rows().streams == 1)
      try await advance(to: start + Self.day * 32)
      #expect(try await rows() == Rows(deliveries: 0, attempts: 0, events: 0, streams: 0))
    }
    #expect(domain.totals(of: stream) == StreamTotals())
  }

  @Test("nobody is woken where nothing can be due")
  func sleep() async throws {
    _ = try await domain.makePolledStream(events: [.sessionRevoked])
    try await forgetting {
      let waking = try #require(domain.clock.nextWaking)
      #expect(waking >= domain.clock.now + Self.day)
    }
  }
}
