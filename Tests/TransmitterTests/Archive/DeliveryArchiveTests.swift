import HTTP
import JSON
import SQLite
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

/// P15: an administrator finds every event, and is told what became of it.
@Suite(.timeLimit(.minutes(2))) struct DeliveryArchiveTests {
  private let domain: TestDomain
  private let archive: DeliveryArchive

  init() async throws {
    domain = try await TestDomain()
    archive = try await domain.makeArchive()
  }

  private func list(_ configure: (inout DeliveryFilter) -> Void) async throws -> [String] {
    var filter = DeliveryFilter()
    configure(&filter)
    return try await archive.list(filter, atMost: 500).records.map(\.jti)
  }

  /// Lets a receiver that answers `response` take what is emitted, until it is settled.
  private func deliver(to response: Response, _ addresses: String...) async throws -> Stream {
    let receiver = try LoopbackReceiver { _ in response }
    let stream = try await domain.makeStream(receiver.url(), events: [.sessionRevoked])
    try await domain.delivering {
      try await domain.emit(addresses: addresses)
      try await domain.waitUntilNothingPends(of: stream)
    }
    return stream
  }

  private static func refusal(_ code: String) -> Response {
    Response(status: .badRequest, body: Array(#"{"err":"\#(code)","description":"not for us"}"#.utf8))
  }

  // MARK: - Finding

  @Test("every filter finds its deliveries and no others, newest first")
  func filters() async throws {
    let start = domain.clock.now
    let dead = try await deliver(to: Self.refusal("invalid_request"), "a@example.com", "b@example.com")
    domain.clock.advance(by: .seconds(60))
    let paused = try await domain.makeStream(events: [.sessionRevoked])
    try await domain.setStatus(.paused, of: paused)
    let accepted = try await domain.intake.accept([
      EventSubmission([
        "type": "session-revoked", "subject": .mail("c"), "txn": "ticket-4711",
      ])
    ])
    let last = accepted.tokenIDs(for: paused)
    let all = try await list { _ in }
    #expect(all.count == 4)
    #expect(all.first == accepted[0].deliveries.last?.jti)
    #expect(
      try await list { $0.transactionID = "ticket-4711" }.sorted()
        == accepted[0].deliveries.map(\.jti).sorted())
    #expect(try await list { $0.jti = last[0] } == last)
    #expect(
      try await list {
        $0.jti = last[0]; $0.streamID = dead.id
      } == [])
    #expect(try await list { $0.streamID = paused.id } == last)
    #expect(
      try await list {
        $0.state = .pending; $0.streamID = paused.id
      } == last)
    #expect(try await list { $0.state = .dead }.count == 2)
    #expect(
      try await list {
        $0.state = .dead; $0.streamID = dead.id
      } == Array(all.suffix(2)))
    #expect(
      try await list {
        $0.state = .dead; $0.streamID = paused.id
      } == [])
    #expect(try await list { $0.state = .delivered } == [])
    #expect(try await list { $0.code = "invalid_request" }.count == 2)
    #expect(try await list { $0.code = "http_503" } == [])
    #expect(try await list { $0.since = start + .seconds(60) } == Array(all.prefix(2)))
    #expect(try await list { $0.until = start + .seconds(60) } == Array(all.suffix(2)))
    #expect(
      try await list {
        $0.state = .dead; $0.since = start + .seconds(1)
      } == [])
    #expect(try await list { $0.since = start + .seconds(3600) } == [])
  }

  @Test("a list comes in parts without gaps, also where the hits are few among many")
  func parts() async throws {
    let many = try await domain.makeStream(events: [.sessionRevoked])
    let few = try await domain.makeStream(events: [.verification])
    try await domain.emit(addresses: (0..<1200).map { "user\($0)@example.com" })
    try await domain.registry.requestVerification(of: few.id, of: TestDomain.owner, state: nil)
    try await domain.emit(addresses: (0..<700).map { "user\($0)@example.com" })
    for (filter, expected) in [(DeliveryFilter(), 1901), (.of(many), 1900), (.of(few), 1), (.pending, 1901)] {
      var found: [String] = []
      var next: DeliveryPosition?
      repeat {
        let page = try await archive.list(filter, from: next, atMost: 333)
        found += page.records.map(\.jti)
        next = page.next
      } while next != nil
      #expect(found.count == expected)
      #expect(Set(found).count == expected)
    }
  }

  @Test("a jti is found among streams by the thousand, and in one that was deleted")
  func manyStreams() async throws {
    let first = try await domain.makeStream(events: [.sessionRevoked])
    let jti = try await domain.emit("jane@example.com").tokenIDs(for: first)[0]
    try await domain.registry.delete(first.id, of: .administrator)
    try await domain.store.transaction { transaction in
      for number in Int64(1000)..<2600 { try transaction.insertStream(number) }
    }
    #expect(try await archive.show(jti).record.streamID == first.id)
    await #expect(throws: ArchiveError.self) { try await archive.show("unknown") }
  }

  @Test("every search follows an index and sorts nothing")
  func plans() async throws {
    let plans = try await domain.store.read { database in
      func plan(_ sql: String, _ bindings: any SQLiteBindable...) throws -> [String] {
        let statement = "EXPLAIN QUERY PLAN " + sql
        let read = { (row: borrowing Row) in try row.text(3) }
        return switch bindings.count {
        case 2: try database.query(statement, bindings[0], bindings[1], map: read)
        case 3: try database.query(statement, bindings[0], bindings[1], bindings[2], map: read)
        default: try database.query(statement, bindings[0], bindings[1], bindings[2], bindings[3], map: read)
        }
      }
      return [
        try plan(Database.byTransaction, 1, 1, "t", 10), try plan(Database.byQueue, 1, 1, 10),
        try plan(Database.byLetter, 1, 1, 1, 10), try plan(Database.byEvent, 1, 1, 10),
        try plan(Database.byJTI, "j", 1, 500),
      ]
    }
    for plan in plans { #expect(plan.allSatisfy { $0.hasPrefix("SEARCH") }, "\(plan)") }
  }

  // MARK: - Showing

  @Test("a delivery is shown with the SET as it was sent, and with every attempt and how its answer began")
  func show() async throws {
    let attempts = Shared(0)
    let receiver = try LoopbackReceiver { _ in
      guard attempts.increment() < 3 else { return .accepted }
      return Response(status: .serviceUnavailable, body: [UInt8](repeating: UInt8(ascii: "x"), count: 3000))
    }
    let stream = try await domain.makeStream(receiver.url(), events: [.sessionRevoked])
    let accepted = try await domain.emit("jane@example.com")
    try await domain.delivering {
      try await domain.advanceClock(until: "it is delivered") { domain.totals(of: stream).delivered == 1 }
    }
    let detail = try await archive.show(accepted.tokenIDs(for: stream)[0])
    #expect(detail.record.state == .delivered)
    #expect(detail.compact == receiver.pushes[2].body)
    #expect(detail.token == receiver.pushes[2].token)
    #expect(detail.attempts.map(\.code) == ["http_503", "http_503", "http_202"])
    #expect(detail.attempts.map(\.number) == [1, 2, 3])
    #expect(detail.attempts.map(\.status) == [503, 503, 202])
    #expect(detail.attempts.map(\.answer.count) == [1024, 1024, 0])
    #expect(detail.attempts.last?.ended == detail.record.settled)
    #expect(detail.event.event.subject.json == .mail("jane"))
    #expect(detail.event.id == accepted[0].id)
  }

  @Test("of the attempts of one delivery only the last are kept")
  func boundedAttempts() async throws {
    var world = try TestDomain.World()
    world.machine = DeliveryStateMachine(horizon: .seconds(7200))
    let domain = try await TestDomain(world)
    let stream = try await domain.makeStream(events: [.sessionRevoked])
    let jti = try await domain.emit("jane@example.com").tokenIDs(for: stream)[0]
    try await domain.delivering {
      try await domain.advanceClock(until: "it expires") { domain.totals(of: stream).expired == 1 }
    }
    let detail = try await domain.makeArchive().show(jti)
    #expect(detail.record.attempts > Database.attemptsKept)
    #expect(detail.attempts.count == Database.attemptsKept)
    #expect(detail.attempts.allSatisfy { $0.code == "connect_refused" && $0.status == nil })
  }

  @Test("what a polling receiver says of a SET that it rejects is kept")
  func pollErrors() async throws {
    let stream = try await domain.makePolledStream(events: [.sessionRevoked])
    let jti = try await domain.emit("jane@example.com").tokenIDs(for: stream)[0]
    let report = SETErrorReport(json: ["err": "invalid_request", "description": "no such user"])
    _ = try await domain.makeDesk().look(at: stream, rejecting: [jti: report])
    let detail = try await archive.show(jti)
    #expect(detail.record.state == .dead)
    #expect(detail.record.lastCode == "invalid_request")
    #expect(detail.attempts.map { String(decoding: $0.answer, as: UTF8.self) } == ["no such user"])
  }
}

extension DeliveryFilter {
  fileprivate static var pending: DeliveryFilter {
    var filter = DeliveryFilter()
    filter.state = .pending
    return filter
  }

  fileprivate static func of(_ stream: Stream) -> DeliveryFilter {
    var filter = DeliveryFilter()
    filter.streamID = stream.id
    return filter
  }
}
