import JSON
import SharedSignals
import Testing

@testable import Transmitter

@Suite struct EventSubmissionTests {
  private static let subject: JSONValue = ["format": "email", "email": "jane@example.com"]

  private func faults(of text: String, at pointer: JSONPointer = .root) throws -> [SubmissionError.Fault] {
    let json = try JSONValue(parsing: Array(text.utf8))
    return try #require(throws: SubmissionError.self) { try EventSubmission(json, at: pointer) }.faults
  }

  @Test("a submission is read: short name or URI, members and txn where given")
  func reading() throws {
    let short = try EventSubmission(["type": "session-revoked", "subject": Self.subject])
    #expect(short.type == .sessionRevoked)
    #expect(short.subject.json == Self.subject)
    #expect(short.members.isEmpty && short.transactionID == nil)
    let full = try EventSubmission([
      "type": .string(EventType.sessionRevoked.rawValue), "subject": Self.subject,
      "members": ["initiating_entity": "policy", "extra": 1], "txn": "ticket-4711",
    ])
    #expect(full.type == .sessionRevoked)
    #expect(full.members == ["initiating_entity": "policy", "extra": 1])
    #expect(full.transactionID == "ticket-4711")
  }

  @Test(
    "IOP 3 where the profile's events must have a reason, none of them passes without one, and others do",
    arguments: [
      ("session-revoked", [:], 1), ("risk-level-change", ["principal": "USER", "current_level": "HIGH"], 1),
      ("credential-change", ["credential_type": "pin", "change_type": "update"], 1),
      ("device-compliance-change", ["previous_status": "compliant", "current_status": "not-compliant"], 1),
      ("session-presented", [:], 0), ("account-purged", [:], 0),
    ] as [(String, JSONObject, Int)])
  func requiredReason(type: String, members: JSONObject, faults: Int) throws {
    let event = { (members: JSONObject) -> JSONValue in
      ["type": .string(type), "subject": Self.subject, "members": .object(members)]
    }
    let policy = EventPolicy(requiresReason: true)
    _ = try EventSubmission(event(members))
    var reasoned = members
    reasoned["reason_admin"] = ["en": "policy"]
    _ = try EventSubmission(event(reasoned), under: policy)
    var found: [JSONPointer] = []
    do throws(SubmissionError) {
      _ = try EventSubmission(event(members), at: ["7"], under: policy)
    } catch {
      found = error.faults.map(\.pointer)
    }
    #expect(found == Array(repeating: ["7", "members", "reason_admin"], count: faults))
  }

  @Test("a type that nobody knows passes if it is a URI, with members of any kind")
  func customType() throws {
    let submission = try EventSubmission([
      "type": "https://example.com/events/badge-lost", "subject": Self.subject, "members": ["a": [1, nil]],
    ])
    #expect(submission.type.rawValue == "https://example.com/events/badge-lost")
  }

  @Test(
    "what is wrong is named by its place",
    arguments: [
      ("[]", ""),
      (#""x""#, ""),
      (#"{"subject":{"format":"email","email":"a@b.example"}}"#, "/type"),
      (#"{"type":7,"subject":{"format":"email","email":"a@b.example"}}"#, "/type"),
      (#"{"type":"session-revokd","subject":{"format":"email","email":"a@b.example"}}"#, "/type"),
      (#"{"type":"verification","subject":{"format":"opaque","id":"x"}}"#, "/type"),
      (#"{"type":"stream-updated","subject":{"format":"opaque","id":"x"}}"#, "/type"),
      (#"{"type":"session-revoked"}"#, "/subject"),
      (#"{"type":"session-revoked","subject":"jane"}"#, "/subject"),
      (#"{"type":"session-revoked","subject":{"email":"a@b.example"}}"#, "/subject/format"),
      (#"{"type":"session-revoked","subject":{"format":"email"}}"#, "/subject/email"),
      (#"{"type":"session-revoked","subject":{"format":"email","email":"a@b.example","x":1}}"#, "/subject/x"),
      (
        #"{"type":"session-revoked","subject":{"format":"email","email":"a@b.example"},"members":[]}"#,
        "/members"
      ),
      (#"{"type":"session-revoked","subject":{"format":"email","email":"a@b.example"},"txn":""}"#, "/txn"),
      (#"{"type":"session-revoked","subject":{"format":"email","email":"a@b.example"},"txn":1}"#, "/txn"),
      (
        #"{"type":"session-revoked","subject":{"format":"email","email":"a@b.example"},"event":{}}"#, "/event"
      ),
      (
        #"{"type":"identifier-changed","subject":{"format":"opaque","id":"x"}}"#, "/subject/format"
      ),
      (
        #"{"type":"session-revoked","subject":{"format":"email","email":"a@b.example"},"members":{"reason_admin":{}}}"#,
        "/members/reason_admin"
      ),
    ])
  func pointers(text: String, pointer: String) throws {
    #expect(try faults(of: text).map(\.pointer.description) == [pointer])
    let inArray = try faults(of: text, at: JSONPointer.root.appending(3))
    #expect(inArray.map(\.pointer.description) == ["/3" + pointer])
  }

  @Test("all faults of an event's members are told at once")
  func allFaults() throws {
    let pointers = try faults(
      of: """
        {"type":"device-compliance-change","subject":{"format":"email","email":"a@b.example"},
         "members":{"current_status":"good","initiating_entity":"robot"}}
        """
    ).map(\.pointer.description)
    #expect(
      Set(pointers) == ["/members/previous_status", "/members/current_status", "/members/initiating_entity"])
  }

  @Test("a txn may have 256 bytes and not one more")
  func longTransactionID() throws {
    let longest = String(repeating: "x", count: 256)
    let json: JSONValue = ["type": "session-revoked", "subject": Self.subject, "txn": .string(longest)]
    #expect(try EventSubmission(json).transactionID == longest)
    #expect(throws: SubmissionError.self) {
      try EventSubmission([
        "type": "session-revoked", "subject": Self.subject, "txn": .string(longest + "x"),
      ])
    }
  }
}
