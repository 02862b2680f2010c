import HTTP
import JSON
import SQLite
import TestSupport
import Testing
import Transmitter

@Suite(.serialized) struct EventEndpointsTests {
  static let event: JSONValue = [
    "type": "session-revoked", "subject": ["format": "email", "email": "jane@example.com"],
  ]

  private func submit(
    _ transmitter: TestTransmitter, _ body: JSONValue, key: String? = nil
  ) async throws -> Response {
    var fields: HTTPFields = [:]
    fields["Idempotency-Key"] = key
    return try await transmitter.admin.send(
      .post, "/v1/events", token: transmitter.adminToken, body, fields: fields)
  }

  private func submitLine(_ transmitter: TestTransmitter, _ event: JSONValue) async throws -> Response {
    try await transmitter.admin.send(
      .post, "/v1/events", token: transmitter.adminToken, text: event.text(),
      fields: ["Content-Type": "application/x-ndjson"])
  }

  // MARK: - One event

  @Test("one event is 202 with its id, txn, and each stream's jti")
  func one() async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let id = try await transmitter.createStreamID(token: token)
    let response = try await submit(transmitter, Self.event.with(["txn": "ticket-4711"]))
    #expect(response.code == 202)
    #expect(response.fields["Content-Type"] == "application/json")
    #expect(response.fields["Cache-Control"] == "no-store")
    let answer = try response.json
    #expect(answer.objectValue?.names == ["id", "txn", "deliveries"])
    #expect(answer["txn"] == "ticket-4711")
    let delivery = try #require(answer["deliveries"]?.arrayValue?.first)
    #expect(delivery["stream_id"] == .string(id))
    #expect(delivery["jti"]?.stringValue?.isEmpty == false)
    #expect(try await transmitter.total("pending", of: id) == 1)
  }

  @Test("an event that no stream asks for is accepted, with no deliveries")
  func withoutReceivers() async throws {
    let transmitter = try await TestTransmitter()
    _ = try await transmitter.createStream(
      token: try await transmitter.token(), .streamRequest(events: [Types.credentialChange]))
    let response = try await submit(transmitter, Self.event)
    #expect(response.code == 202)
    #expect(try response.json["deliveries"] == [])
    #expect(try response.json["txn"]?.stringValue?.isEmpty == false)
  }

  /// A submission that must be refused and the members that the refusal points at.
  struct BadEvent: Sendable, CustomTestStringConvertible {
    let text: String
    let pointers: [String]

    init(_ text: String, _ pointers: String...) {
      self.text = text
      self.pointers = pointers
    }

    static func subject(_ json: String, _ pointers: String...) -> BadEvent {
      BadEvent(#"{"type":"session-revoked","subject":\#(json)}"#, pointers: pointers)
    }

    static func credentialChange(_ members: String, _ pointers: String...) -> BadEvent {
      BadEvent(
        #"{"type":"credential-change","subject":{"format":"opaque","id":"x"},"members":\#(members)}"#,
        pointers: pointers)
    }

    private init(_ text: String, pointers: [String]) {
      self.text = text
      self.pointers = pointers
    }

    var testDescription: String { String(text.prefix(140)) }
  }

  static let badEvents = [
    BadEvent(";{ broken"), BadEvent(""), BadEvent(#"{"type":"a","type":"b"}"#),
    BadEvent("null", ""), BadEvent("\"text\"", ""),
    BadEvent("{}", "/type"), BadEvent(#"{"type":5}"#, "/type"), BadEvent(#"{"type":""}"#, "/type"),
    BadEvent(#"{"type":"session-revokd","subject":{"format":"opaque","id":"x"}}"#, "/type"),
    BadEvent(#"{"type":"verification","subject":{"format":"opaque","id":"x"}}"#, "/type"),
    BadEvent(#"{"type":"stream-updated","subject":{"format":"opaque","id":"x"}}"#, "/type"),
    BadEvent(#"{"type":"session-revoked"}"#, "/subject"),
    .subject("\"jane@example.com\"", "/subject"),
    .subject("{}", "/subject/format"),
    .subject(#"{"format":"email"}"#, "/subject/email"),
    .subject(#"{"format":"email","email":"nobody"}"#, "/subject/email"),
    .subject(#"{"format":"email","email":"a@b.example","extra":1}"#, "/subject/extra"),
    BadEvent(
      #"{"type":"session-revoked","subject":{"format":"opaque","id":"x"},"member":{},"reason":1}"#,
      "/member", "/reason"),
    BadEvent(#"{"type":"session-revoked","subject":{"format":"opaque","id":"x"},"members":[]}"#, "/members"),
    BadEvent(#"{"type":"session-revoked","subject":{"format":"opaque","id":"x"},"txn":5}"#, "/txn"),
    BadEvent(#"{"type":"session-revoked","subject":{"format":"opaque","id":"x"},"txn":""}"#, "/txn"),
    .credentialChange("{}", "/members/credential_type", "/members/change_type"),
    .credentialChange(
      #"{"credential_type":"password","change_type":"explode"}"#, "/members/change_type"),
    .credentialChange(
      #"{"credential_type":"password","change_type":"update","reason_admin":"text"}"#, "/members/reason_admin"
    ),
    .credentialChange(
      #"{"credential_type":"password","change_type":"update","initiating_entity":"cat"}"#,
      "/members/initiating_entity"),
  ]

  @Test("an event that breaks a rule is 400, and every member at fault is named", arguments: badEvents)
  func badEvent(event: BadEvent) async throws {
    let transmitter = try await TestTransmitter()
    let id = try await transmitter.createStreamID(token: try await transmitter.token())
    let response = try await transmitter.admin.send(
      .post, "/v1/events", token: transmitter.adminToken, text: event.text)
    #expect(response.code == 400)
    #expect(response.fields["Content-Type"] == "application/problem+json")
    #expect(try response.faultPointers.sorted() == event.pointers.sorted())
    #expect(try await transmitter.total("accepted", of: id) == 0)
  }

  @Test("a type beyond the standards passes as a URI")
  func customType() async throws {
    let transmitter = try await TestTransmitter()
    let response = try await submit(
      transmitter,
      Self.event.with(["type": .string(Types.unknown), "members": ["anything": [1, .number("2.5")]]]))
    #expect(response.code == 202)
  }

  // MARK: - An array

  @Test("an array is answered as an array, in its order")
  func array() async throws {
    let transmitter = try await TestTransmitter()
    let id = try await transmitter.createStreamID(token: try await transmitter.token())
    let events = (1...3).map { Self.event.with(["txn": .string("t\($0)")]) }
    let response = try await submit(transmitter, .array(events))
    #expect(response.code == 202)
    #expect(try response.json.arrayValue?.map { $0["txn"] } == ["t1", "t2", "t3"])
    #expect(try await transmitter.total("pending", of: id) == 3)
  }

  @Test("an array is accepted whole or not at all, and every fault is named with its index")
  func arrayWithFaults() async throws {
    let transmitter = try await TestTransmitter()
    let id = try await transmitter.createStreamID(token: try await transmitter.token())
    let response = try await submit(
      transmitter,
      [Self.event, Self.event.with(["type": "nonsense"]), Self.event, 5, ["type": "session-revoked"]])
    #expect(response.code == 400)
    #expect(try response.faultPointers == ["/1/type", "/3", "/4/subject"])
    #expect(try await transmitter.total("accepted", of: id) == 0)
  }

  @Test("an array holds 1 to 1000 events", arguments: [0, 1, 1000, 1001])
  func arraySize(count: Int) async throws {
    let transmitter = try await TestTransmitter()
    let response = try await submit(transmitter, .array(Array(repeating: Self.event, count: count)))
    #expect(response.code == ((1...1000).contains(count) ? 202 : 400))
  }

  // MARK: - Idempotency

  @Test("the same key with the same body answers the first receipt, and nothing is added")
  func repetition() async throws {
    let transmitter = try await TestTransmitter()
    let id = try await transmitter.createStreamID(token: try await transmitter.token())
    for body in [Self.event, [Self.event, Self.event]] as [JSONValue] {
      let key = "key-\(body.typeName)"
      let first = try await submit(transmitter, body, key: key)
      let second = try await submit(transmitter, body, key: key)
      #expect(first.code == 202)
      #expect(second.code == 202)
      #expect(first.body == second.body)
    }
    #expect(try await transmitter.total("accepted", of: id) == 3)
  }

  @Test("the same key with another body is 422, until 24 hours have passed")
  func reuse() async throws {
    let transmitter = try await TestTransmitter()
    let other = Self.event.with(["txn": "other"])
    #expect(try await submit(transmitter, Self.event, key: "k").code == 202)
    transmitter.clock.advance(by: .seconds(24 * 3600 - 1))
    let refused = try await submit(transmitter, other, key: "k")
    #expect(refused.code == 422)
    #expect(try refused.json["type"] == "urn:ssf-transmitter:problem:idempotency-key-reused")
    transmitter.clock.advance(by: .seconds(1))
    #expect(try await submit(transmitter, other, key: "k").code == 202)
  }

  @Test("keys of two clients have nothing to do with each other")
  func keysPerClient() async throws {
    let transmitter = try await TestTransmitter()
    let other = try await transmitter.token("hr-system", [.emit])
    let fields: HTTPFields = ["Idempotency-Key": "k"]
    #expect(try await submit(transmitter, Self.event, key: "k").code == 202)
    let response = try await transmitter.admin.send(
      .post, "/v1/events", token: other, Self.event.with(["txn": "x"]), fields: fields)
    #expect(response.code == 202)
  }

  @Test(
    "a key is 1 to 255 visible ASCII characters",
    arguments: [
      ("k", 202), (String(repeating: "k", count: 255), 202), ("", 400), ("a b", 400), ("é", 400),
      (String(repeating: "k", count: 256), 400),
    ])
  func keySyntax(key: String, code: Int) async throws {
    let transmitter = try await TestTransmitter()
    #expect(try await submit(transmitter, Self.event, key: key).code == code)
  }

  @Test("a refused submission does not use its key up")
  func refusalKeepsKey() async throws {
    let transmitter = try await TestTransmitter()
    #expect(try await submit(transmitter, ["type": "nonsense"], key: "k").code == 400)
    #expect(try await submit(transmitter, Self.event, key: "k").code == 202)
  }

  // MARK: - Faults below

  @Test("a full disk is 503 with Retry-After; nothing is kept, and it passes when there is space")
  func fullDisk() async throws {
    let transmitter = try await TestTransmitter()
    let id = try await transmitter.createStreamID(token: try await transmitter.token())
    let large = Self.event.with(["members": ["x": .string(String(repeating: "y", count: 500_000))]])
    let pages = try await transmitter.store.setMaximumPages(nil)
    for response in [try await submit(transmitter, large), try await submitLine(transmitter, large)] {
      #expect(response.code == 503)
      #expect(response.fields["Retry-After"] == "5")
    }
    #expect(try await transmitter.total("accepted", of: id) == 0)
    _ = try await transmitter.store.setMaximumPages(pages + 1000)
    #expect(try await submit(transmitter, large).code == 202)
  }
}

extension Store {
  /// Bounds the size of the database, by default to what it is; answers the pages that it has.
  fileprivate func setMaximumPages(_ pages: Int?) throws -> Int {
    try read { database in
      let count = try database.first("PRAGMA page_count") { try $0.int(0) } ?? 0
      _ = try database.first("PRAGMA max_page_count = \(pages ?? count)") { try $0.int(0) }
      return count
    }
  }
}
