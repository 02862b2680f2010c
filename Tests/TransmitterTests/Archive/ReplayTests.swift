import HTTP
import JSON
import SQLite
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

/// P15: what failed is sent again as it was, or given up with a reason, and every total stays true.
@Suite(.timeLimit(.minutes(2))) struct ReplayTests {
  private let domain: TestDomain
  private let archive: DeliveryArchive
  private let isRefusing = Shared(true)
  private let receiver: LoopbackReceiver

  init() async throws {
    domain = try await TestDomain()
    archive = try await domain.makeArchive()
    receiver = try LoopbackReceiver { [isRefusing] _ in
      isRefusing.value ? Response(status: .contentTooLarge) : .accepted
    }
  }

  /// A stream whose receiver has refused a SET for each address. Needs somebody who delivers.
  private func makeDead(_ addresses: String...) async throws -> Stream {
    let stream = try await domain.makeStream(receiver.url(), events: [.sessionRevoked])
    try await domain.emit(addresses: addresses)
    try await domain.wait(for: stream, until: "all are dead") { $0.dead == addresses.count }
    return stream
  }

  private func filter(_ stream: Stream, _ configure: (inout DeliveryFilter) -> Void = { _ in })
    -> DeliveryFilter
  {
    var filter = DeliveryFilter()
    filter.streamID = stream.id
    configure(&filter)
    return filter
  }

  private func states(of stream: Stream) async throws -> [DeliveryState] {
    try await archive.list(filter(stream), atMost: 500).records.map(\.state)
  }

  // MARK: - Replay

  @Test("P2 a replayed SET is the same SET, its attempts are kept, and the totals balance")
  func one() async throws {
    try await domain.delivering {
      let stream = try await makeDead("jane@example.com")
      let jti = receiver.tokenIDs[0]
      domain.clock.advance(by: .seconds(8 * 24 * 3600))
      isRefusing.value = false
      try await archive.replay(jti)
      try await domain.wait(for: stream, until: "it is delivered") { $0.delivered == 1 }
      #expect(receiver.pushes[0].body == receiver.pushes[1].body)
      let detail = try await archive.show(jti)
      #expect(detail.attempts.map(\.code) == ["http_413", "http_202"])
      #expect(detail.record.replayed == domain.clock.now)
      #expect(domain.totals(of: stream).dead == 0)
      try await domain.expectBalance(of: stream)
    }
  }

  @Test("a stream since a time is replayed in the order of acceptance, by default its dead letters")
  func many() async throws {
    try await domain.delivering {
      let stream = try await makeDead("a@example.com", "a@example.com")
      domain.clock.advance(by: .seconds(60))
      let since = domain.clock.now
      let accepted = try await domain.emit("b@example.com", "a@example.com", "b@example.com")
      try await domain.wait(for: stream, until: "all are dead") { $0.dead == 5 }
      isRefusing.value = false
      let progress = try await archive.replay(filter(stream) { $0.since = since })
      #expect(progress.changed == 3 && progress.next == nil)
      try await domain.wait(for: stream, until: "they are delivered") { $0.delivered == 3 }
      let again = receiver.pushes.dropFirst(5).filter { $0.address == "b@example.com" }.map(\.token.id)
      #expect(again == [accepted[0], accepted[2]].tokenIDs(for: stream))
      #expect(domain.totals(of: stream).dead == 2)
      try await domain.setStatus(.paused, of: stream)
      #expect(try await archive.replay(filter(stream) { $0.state = .delivered }).changed == 3)
      #expect(domain.totals(of: stream).pending == 3)
      try await domain.expectBalance(of: stream)
    }
  }

  @Test("a replayed SET waits behind what waits of its subject, and keeps its place from then on")
  func order() async throws {
    try await domain.delivering {
      let stream = try await makeDead("jane@example.com")
      let dead = receiver.tokenIDs[0]
      isRefusing.value = false
      try await domain.setStatus(.paused, of: stream)
      let waiting = try await domain.emit("jane@example.com").tokenIDs(for: stream)
      try await archive.replay(dead)
      let later = try await domain.emit("jane@example.com").tokenIDs(for: stream)
      try await domain.setStatus(.enabled, of: stream)
      try await domain.waitUntilNothingPends(of: stream)
      #expect(Array(receiver.tokenIDs.dropFirst()) == waiting + [dead] + later)
    }
  }

  @Test("a replay of many comes in parts, in slices of their own transactions")
  func parts() async throws {
    let stream = try await domain.makeStream(events: [.sessionRevoked])
    let count = 12_000
    for start in stride(from: 0, to: count, by: 1000) {
      try await domain.emit(addresses: (start..<start + 1000).map { "user\($0)@example.com" })
    }
    try await domain.store.transaction { transaction in
      try transaction.database.execute("UPDATE delivery SET state = 2, settled_ms = 1")
      transaction.count(.dead, Int64(count), of: stream.number)
      transaction.count(.queued, -Int64(count), of: stream.number)
    }
    var changed: [Int] = []
    var next: ChangePosition?
    repeat {
      let progress = try await archive.replay(filter(stream), from: next)
      changed.append(progress.changed)
      next = progress.next
    } while next != nil
    #expect(changed == [10_000, 2_000])
    try await domain.expectBalance(of: stream)
    #expect(domain.totals(of: stream).pending == count)
  }

  /// Counts all that waits as delivered.
  private func takeAll(_ streams: [Stream]) async throws {
    try await domain.store.transaction { transaction in
      try transaction.database.execute("UPDATE delivery SET state = 1, settled_ms = 1 WHERE state = 0")
    }
    let waiting = streams.map { ($0.number, domain.totals(of: $0).pending) }
    try await domain.store.transaction { transaction in
      for (stream, count) in waiting {
        transaction.count(.delivered, count, of: stream)
        transaction.count(.queued, -count, of: stream)
      }
    }
  }

  @Test("what the first part has sent again, and what is accepted meanwhile, is none of the second part's")
  func movingEnd() async throws {
    // A part has 10,000 rows: with three streams its end is between two deliveries of one event.
    var streams: [Stream] = []
    for _ in 0..<3 { streams.append(try await domain.makeStream(events: [.sessionRevoked])) }
    let first = try await domain.emit("user@example.com")[0].deliveries[0].streamID
    for start in stride(from: 0, to: 3400, by: 850) {
      try await domain.emit(addresses: (start..<start + 850).map { "user\($0)@example.com" })
    }
    try await takeAll(streams)
    let stream = try #require(streams.first { $0.id == first })
    let delivered = filter(stream) { $0.state = .delivered }
    let part = try await archive.replay(delivered)
    try await domain.emit("later@example.com")
    try await takeAll(streams)
    let next = try #require(part.next)
    let rest = try await archive.replay(delivered, from: ChangePosition("\(next)"))
    #expect(part.changed + rest.changed == 3401)
    #expect(rest.next == nil)
    try await domain.expectBalance(of: stream)
  }

  @Test("SSF 8.1.2.1 a disabled stream is sent nothing again; what its stop has dropped never is")
  func disabled() async throws {
    try await domain.delivering {
      let stream = try await makeDead("jane@example.com")
      let dead = receiver.tokenIDs[0]
      isRefusing.value = false
      try await domain.setStatus(.paused, of: stream)
      let dropped = try await domain.emit("joe@example.com").tokenIDs(for: stream)[0]
      try await domain.setStatus(.disabled, of: stream)
      await #expect(throws: ArchiveError.self) { try await archive.replay(dead) }
      await #expect(throws: ArchiveError.self) { try await archive.replay(filter(stream)) }
      try await domain.setStatus(.enabled, of: stream)
      try await domain.wait(for: stream, until: "the queued one is dropped") { $0.dropped == 1 }
      let droppedOnes = filter(stream) { $0.state = .dropped }
      await #expect(throws: ArchiveError.self) { try await archive.replay(dropped) }
      await #expect(throws: ArchiveError.self) { try await archive.replay(droppedOnes) }
      try await archive.replay(dead)
      try await domain.wait(for: stream, until: "the dead one is delivered") { $0.delivered == 1 }
      try await domain.expectBalance(of: stream)
    }
  }

  @Test("what is replayed to a polled stream is offered again, and not expired at once")
  func polled() async throws {
    let stream = try await domain.makePolledStream(events: [.sessionRevoked])
    let desk = try await domain.makeDesk()
    let jti = try await domain.emit("jane@example.com").tokenIDs(for: stream)[0]
    _ = try await desk.look(at: stream, acknowledging: [jti])
    domain.clock.advance(by: .seconds(8 * 24 * 3600))
    #expect(try await archive.replay(filter(stream) { $0.state = .delivered }).changed == 1)
    #expect(try await desk.look(at: stream).tokenIDs == [jti])
    _ = try await desk.look(at: stream, acknowledging: [jti])
    #expect(try await archive.show(jti).attempts.map(\.code) == ["poll_acknowledged", "poll_acknowledged"])
    try await domain.expectBalance(of: stream)
  }

  @Test("SSF 8.1.5 what told of a stop is not sent again: the stream may have gone on")
  func farewell() async throws {
    try await domain.delivering {
      let stream = try await makeDead("jane@example.com")
      for status in [StreamStatus.paused, .enabled] {
        _ = try await domain.registry.update(stream.id, of: .administrator) { $0.status = status }
        try await domain.wait(for: stream, until: "the news is dead") { $0.pending == 0 }
      }
      let farewell = receiver.tokenIDs[1]
      isRefusing.value = false
      let error = await #expect(throws: ArchiveError.self) { try await archive.replay(farewell) }
      #expect(try #require(error).description.contains("told of a stop"))
      #expect(try await archive.replay(filter(stream)).changed == 2)
      try await domain.wait(for: stream, until: "the others are delivered") { $0.delivered == 2 }
      #expect(Set(receiver.tokenIDs.dropFirst(3)) == Set(receiver.tokenIDs.prefix(3)).subtracting([farewell]))
      try await archive.discard(farewell, because: "out of date")
      try await domain.expectBalance(of: stream)
    }
  }

  @Test(
    "what is forgotten between look-up and change is said to be missing, what has changed to be otherwise")
  func raced() async throws {
    let stream = try await domain.makePolledStream(events: [.sessionRevoked])
    let jti = try await domain.emit("jane@example.com").tokenIDs(for: stream)[0]
    _ = try await domain.makeDesk().look(at: stream, acknowledging: [jti])
    let record = try await archive.record(jti)
    try await archive.replay(record)
    let changed = await #expect(throws: ArchiveError.self) { try await archive.replay(record) }
    #expect(try #require(changed).description.contains("is pending"))
    try await domain.tamper("DELETE FROM delivery")
    let replay = await #expect(throws: ArchiveError.self) { try await archive.replay(record) }
    #expect(try #require(replay).description.contains("there is no delivery"))
    let discard = await #expect(throws: ArchiveError.self) { try await archive.discard(record, because: "x") }
    #expect(try #require(discard).description.contains("there is no delivery"))
  }

  // MARK: - Discarding

  @Test("a discarded dead letter is dropped, with its reason and its history")
  func discard() async throws {
    let made = Shared<Stream?>(nil)
    try await domain.delivering { made.value = try await makeDead("jane@example.com", "joe@example.com") }
    let stream = try #require(made.value)
    try await archive.discard(receiver.tokenIDs[0], because: "obsolete")
    #expect(try await archive.discard(filter(stream), because: "all of them").changed == 1)
    let detail = try await archive.show(receiver.tokenIDs[0])
    #expect(detail.record.state == .dropped && detail.record.discardReason == "obsolete")
    #expect(detail.attempts.map(\.code) == ["http_413"])
    #expect(detail.compact == nil)
    #expect(try await states(of: stream) == [.dropped, .dropped])
    await #expect(throws: ArchiveError.self) {
      try await archive.discard(receiver.tokenIDs[0], because: "twice")
    }
    await #expect(throws: ArchiveError.self) {
      try await archive.discard(filter(stream), because: "")
    }
    #expect(domain.totals(of: stream).dropped == 2)
    try await domain.expectBalance(of: stream)
  }
}
