import HTTP
import JSON
import SQLite
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

/// Short ways to what most tests need first.
extension TestDomain {
  static let receiver = Principal(
    clientID: "receiver", audience: "https://receiver.example.com", scopes: [.manage])
  static let owner = StreamOwner.client("receiver")

  /// A push stream to `url`, by default one that nobody listens at.
  func makeStream(
    _ url: HTTPURL? = nil, authorization: String? = nil, events: [EventType]? = nil,
    for principal: Principal = receiver
  ) async throws -> Stream {
    try await ensureClient(of: principal)
    return try await registry.create(
      ReceiverSettings(
        delivery: .push(url ?? HTTPURL(parsing: "http://127.0.0.1:9/events"), authorization: authorization),
        eventsRequested: events?.map(\.rawValue)),
      for: principal)
  }

  /// Makes the client that a principal speaks for, if it is missing.
  func ensureClient(of principal: Principal = receiver) async throws {
    let client = Client(
      id: principal.clientID, description: nil, audience: principal.audience, scopes: principal.scopes,
      created: clock.now)
    try await store.transaction { _ = try $0.database.insert(client) }
  }

  /// Accepts one session-revoked event for each address, in this order and one transaction.
  @discardableResult
  func emit(_ addresses: String...) async throws -> [AcceptedEvent] {
    try await intake.accept(addresses.map(EventSubmission.sessionRevoked))
  }

  @discardableResult
  func emit(addresses: [String]) async throws -> [AcceptedEvent] {
    try await intake.accept(addresses.map(EventSubmission.sessionRevoked))
  }

  func setStatus(_ status: StreamStatus, of stream: Stream) async throws {
    _ = try await registry.setStatus(status, reason: nil, of: stream.id, of: Self.owner)
  }

  func totals(of stream: Stream) -> StreamTotals { registry.totals(of: stream) }
}

/// What the rows of a stream say, to hold against its totals.
extension TestDomain {
  /// How many of a stream's delivery rows are in each state, read together with its totals.
  func rowsAndTotals(of stream: Stream) async throws -> (rows: [SettledState?: Int64], totals: StreamTotals) {
    try await store.read { [store] database in
      let rows = try database.query(
        "SELECT state, count(*) FROM delivery WHERE stream = ? GROUP BY state", stream.number
      ) { (SettledState(rawValue: try $0.int64(0)), try $0.int64(1)) }
      return (Dictionary(uniqueKeysWithValues: rows), store.ledger.totals(of: stream.number))
    }
  }

  /// P3: accepted = delivered + pending + dead + expired + dropped, each of them as the rows say.
  ///
  /// - Parameter withoutRow: deliveries that were dropped on arrival, which leave no row.
  func expectBalance(
    of stream: Stream, withoutRow: Int64 = 0, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let (rows, totals) = try await rowsAndTotals(of: stream)
    let all = rows.values.reduce(0, +) + withoutRow
    #expect(totals.accepted == all, sourceLocation: sourceLocation)
    #expect(totals.pending == rows[nil, default: 0], sourceLocation: sourceLocation)
    #expect(totals.delivered == rows[.delivered, default: 0], sourceLocation: sourceLocation)
    #expect(totals.dead == rows[.dead, default: 0], sourceLocation: sourceLocation)
    #expect(totals.expired == rows[.expired, default: 0], sourceLocation: sourceLocation)
    #expect(totals.dropped == rows[.dropped, default: 0] + withoutRow, sourceLocation: sourceLocation)
    #expect(totals.unaccounted == 0, sourceLocation: sourceLocation)
  }

  /// Waits until the totals say so.
  func wait(
    for stream: Stream, until what: String, _ condition: (StreamTotals) -> Bool
  ) async throws {
    do {
      try await eventually(what) { condition(totals(of: stream)) }
    } catch let error as ConditionNotMet {
      throw ConditionNotMet(description: "\(error); the totals are \(totals(of: stream))")
    }
  }

  func waitUntilNothingPends(of stream: Stream) async throws {
    try await wait(for: stream, until: "nothing pends") { $0.pending == 0 }
  }

  /// Runs the clock from one waking to the next until the condition holds.
  func advanceClock(until what: String, _ condition: () async -> Bool) async throws {
    try await eventually(what) {
      guard await !condition() else { return true }
      if let next = clock.nextWaking { clock.advance(to: next) }
      return await condition()
    }
  }
}

extension EventSubmission {
  /// A session-revoked event about a mail address.
  static func sessionRevoked(_ address: String) throws -> EventSubmission {
    try EventSubmission([
      "type": "session-revoked", "subject": ["format": "email", "email": .string(address)],
    ])
  }
}

extension LoopbackReceiver.Push {
  /// The mail address that the SET is about.
  var address: String? { token.subject.json["email"]?.stringValue }
}
