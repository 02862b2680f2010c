import JSON
import SQLite
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

@Suite struct IntakeTests {
  private struct Row: Equatable {
    let stream: Int64
    let jti: String
    let issuedAt: Int64
    let audience: String
    let place: Int
  }

  private let domain: TestDomain

  init() async throws {
    domain = try await TestDomain()
  }

  private func rows() async throws -> [Row] {
    try await domain.store.read { database in
      try database.query("SELECT stream, jti, iat, audience, place FROM delivery ORDER BY seq") { row in
        try Row(
          stream: row.int64(0), jti: row.text(1), issuedAt: row.int64(2), audience: row.text(3),
          place: row.int(4))
      }
    }
  }

  private func submission(_ subject: JSONValue) throws -> EventSubmission {
    try EventSubmission(["type": "session-revoked", "subject": subject])
  }

  @Test("SSF 8.1.1 an event goes to the streams that ask for it and are not disabled, paused ones included")
  func fanOut() async throws {
    let asking = try await domain.makeStream(events: [.sessionRevoked])
    let other = try await domain.makeStream(events: [.accountDisabled])
    let all = try await domain.makeStream()
    let paused = try await domain.makeStream()
    try await domain.setStatus(.paused, of: paused)
    let disabled = try await domain.makeStream()
    try await domain.setStatus(.disabled, of: disabled)

    let receipt = try #require(try await domain.emit("jane@example.com").first)
    #expect(receipt.deliveries.map(\.streamID) == [asking.id, all.id, paused.id])
    #expect(Set(receipt.deliveries.map(\.jti)).count == 3)
    #expect(try await rows().map(\.jti) == receipt.deliveries.map(\.jti))
    #expect(domain.totals(of: paused).pending == 1)
    #expect(domain.totals(of: other) == StreamTotals() && domain.totals(of: disabled) == StreamTotals())
    for stream in [asking, other, all, paused, disabled] { try await domain.expectBalance(of: stream) }
  }

  @Test("what was set at the fan-out stays: iat, aud, and one txn for all streams")
  func fixedClaims() async throws {
    let first = try await domain.makeStream()
    let second = try await domain.makeStream(for: Principal(clientID: "b", audience: "urn:b", scopes: []))
    domain.clock.advance(by: .milliseconds(1_900))
    let accepted = domain.clock.now
    let receipt = try #require(try await domain.emit("jane@example.com").first)
    let rows = try await rows()
    #expect(rows.map(\.issuedAt) == [accepted.seconds, accepted.seconds])
    #expect(rows.map(\.audience) == [first.audience, second.audience])
    let stored = try await domain.store.read { database in
      try database.query("SELECT txn, accepted_ms FROM event") { (try $0.text(0), try $0.int64(1)) }
    }
    #expect(stored.count == 1)
    #expect(stored.first?.0 == receipt.transactionID)
    #expect(stored.first?.1 == accepted.milliseconds)
  }

  @Test("a producer's txn is kept; without one each event gets its own")
  func transactionIDs() async throws {
    let given = try EventSubmission([
      "type": "session-revoked", "subject": ["format": "opaque", "id": "x"], "txn": "ticket",
    ])
    let plain = try EventSubmission.sessionRevoked("jane@example.com")
    let receipts = try await domain.intake.accept([given, plain, plain])
    #expect(receipts[0].transactionID == "ticket")
    #expect(Set(receipts.map(\.transactionID)).count == 3)
  }

  @Test("an event that no stream wants is accepted, and goes nowhere")
  func nobody() async throws {
    let receipt = try #require(try await domain.emit("jane@example.com").first)
    #expect(receipt.deliveries.isEmpty)
    #expect(try await rows().isEmpty)
  }

  @Test("a stream that is made, changed or deleted gets what is accepted afterwards, not before")
  func changingSubscriptions() async throws {
    try await domain.emit("before@example.com")
    let stream = try await domain.makeStream(events: [])
    try await domain.emit("unwanted@example.com")
    _ = try await domain.registry.update(stream.id, of: TestDomain.owner) {
      $0.settings.eventsRequested = nil
    }
    try await domain.emit("wanted@example.com")
    #expect(domain.totals(of: stream).accepted == 1)
    try await domain.registry.delete(stream.id, of: TestDomain.owner)
    let late = try #require(try await domain.emit("late@example.com").first)
    #expect(late.deliveries.isEmpty)
  }

  @Test("P6 only the first waiting event of a subject is in line; other subjects do not wait for it")
  func places() async throws {
    _ = try await domain.makeStream()
    try await domain.emit("a@example.com", "b@example.com", "a@example.com", "a@example.com", "b@example.com")
    try await domain.emit("a@example.com", "c@example.com")
    #expect(try await rows().map(\.place) == [1, 1, 0, 0, 0, 0, 1])
  }

  @Test("the order of one stream does not touch another's")
  func placesOfStreams() async throws {
    let first = try await domain.makeStream()
    try await domain.emit("a@example.com")
    let second = try await domain.makeStream()
    try await domain.emit("a@example.com")
    let rows = try await rows()
    #expect(rows.filter { $0.stream == first.number }.map(\.place) == [1, 0])
    #expect(rows.filter { $0.stream == second.number }.map(\.place) == [1])
  }

  @Test(
    "SSF 3.3 a complex subject is kept in order with its user, however that is spelled; other members do not matter"
  )
  func orderOfComplexSubjects() async throws {
    _ = try await domain.makeStream()
    let user: JSONValue = ["format": "email", "email": "a@example.com"]
    let respelled: JSONValue = ["email": "a@example.com", "format": "email"]
    let session: JSONValue = ["format": "opaque", "id": "session"]
    _ = try await domain.intake.accept([
      submission(user),
      submission(["format": "complex", "user": user, "session": session]),
      submission(["format": "complex", "session": session, "user": respelled]),
      submission(["format": "complex", "session": session]),
      submission(["format": "complex", "session": session, "tenant": user]),
    ])
    #expect(try await rows().map(\.place) == [1, 0, 0, 1, 1])
  }

  @Test("events of one submission are accepted together or not at all")
  func allOrNothing() async throws {
    let stream = try await domain.makeStream()
    let receipts = try await domain.emit(addresses: (0..<40).map { "\($0)@example.com" })
    #expect(receipts.count == 40)
    #expect(Set(receipts.map(\.id)).count == 40)
    #expect(domain.totals(of: stream).accepted == 40)
    try await domain.expectBalance(of: stream)
  }

  @Test(
    "an event that is posted as a part of another transaction keeps where it comes from, and goes with it")
  func posted() async throws {
    struct Abandoned: Error {}
    let stream = try await domain.makeStream()
    let event = Event(
      type: .sessionRevoked, subject: try .opaque("1"), members: [:], transactionID: "txn-1",
      origin: ["rule": "leaver"])
    let intake = domain.intake
    let streams = try await domain.store.transaction { transaction in
      var streams: Set<Int64> = []
      _ = try intake.post(event, in: transaction, for: &streams)
      return streams
    }
    await #expect(throws: Abandoned.self) {
      try await domain.store.transaction { transaction -> Void in
        var streams: Set<Int64> = []
        _ = try intake.post(event, in: transaction, for: &streams)
        throw Abandoned()
      }
    }
    #expect(streams == [stream.number])
    let origins = try await domain.store.read { database in
      try database.query("SELECT origin FROM event WHERE txn = 'txn-1'") { try $0.text(0) }
    }
    #expect(origins == [#"{"rule":"leaver"}"#])
  }
}
