import JSON
import SharedSignals
import Testing

/// Where receivers in the field look for the subject.
@Suite struct SETProfileTests {
  private static let user: JSONValue = ["format": "email", "email": "jane@example.com"]
  private static let device: JSONValue = ["format": "opaque", "id": "laptop"]
  private static let complex: JSONValue = ["format": "complex", "user": user, "device": device]
  private static let members: JSONObject = ["initiating_entity": "policy"]

  /// The claims of an event about `subject`, in a profile; checked to be what is signed.
  private func claims(about subject: JSONValue, as profile: SETProfile) throws -> JSONValue {
    let token = SecurityEventToken(
      issuer: "https://tr.example.com", audience: .one("receiver"), issuedAt: 1, id: "jti",
      transactionID: "txn",
      subject: try SubjectIdentifier(json: subject, at: .root), eventType: .sessionRevoked,
      members: Self.members)
    var bytes: [UInt8] = []
    token.appendClaims(as: profile, to: &bytes)
    #expect(bytes == token.claims(as: profile).serialized())
    var stored: [UInt8] = []
    try token.stored.appendClaims(as: profile, to: &stored)
    #expect(stored == bytes)
    return try JSONValue(parsing: bytes)
  }

  private func event(in claims: JSONValue) -> JSONValue? {
    claims["events"]?[EventType.sessionRevoked.rawValue]
  }

  @Test("SSF 3.1.1 ssf-1.0 has sub_id, and the event is as it was handed in", arguments: [user, complex])
  func standard(subject: JSONValue) throws {
    let claims = try claims(about: subject, as: .ssf10)
    #expect(claims["sub_id"] == subject)
    #expect(event(in: claims) == .object(Self.members))
  }

  @Test("both has the subject in both places", arguments: [user, complex])
  func both(subject: JSONValue) throws {
    let claims = try claims(about: subject, as: .both)
    #expect(claims["sub_id"] == subject)
    #expect(event(in: claims) == ["subject": subject, "initiating_entity": "policy"])
  }

  @Test("sse-caep has the identifier inside the event alone", arguments: [user, complex])
  func early(subject: JSONValue) throws {
    let claims = try claims(about: subject, as: .sseCAEP)
    #expect(claims["sub_id"] == nil)
    #expect(event(in: claims) == ["subject": subject, "initiating_entity": "policy"])
  }

  @Test(
    "event-subject has the principals by name inside the event alone; a simple subject is the user",
    arguments: [
      (user, .object(["user": user])), (complex, .object(["user": user, "device": device])),
      (device, .object(["user": device])),
    ] as [(JSONValue, JSONValue)])
  func principals(subject: JSONValue, expected: JSONValue) throws {
    let claims = try claims(about: subject, as: .eventSubject)
    #expect(claims["sub_id"] == nil)
    #expect(event(in: claims) == ["subject": expected, "initiating_entity": "policy"])
  }

  @Test("RFC 8417 2.2 every profile has all the other claims", arguments: SETProfile.allCases)
  func others(profile: SETProfile) throws {
    let claims = try claims(about: Self.user, as: profile)
    #expect(claims["iss"] == "https://tr.example.com" && claims["aud"] == "receiver" && claims["iat"] == 1)
    #expect(claims["jti"] == "jti" && claims["txn"] == "txn")
    #expect(claims["sub"] == nil && claims["exp"] == nil)
  }

  @Test("a profile is known by its name", arguments: ["ssf-1.0", "event-subject", "both", "sse-caep"])
  func names(name: String) {
    #expect(SETProfile(rawValue: name)?.rawValue == name)
    #expect(SETProfile.allCases.count == 4)
  }

  @Test("a token that is kept can be read, unless it is damaged")
  func stored() throws {
    let token = SecurityEventToken(
      issuer: "https://tr.example.com", audience: .several(["a", "b"]), issuedAt: 1, id: "jti",
      transactionID: nil,
      subject: try SubjectIdentifier(json: Self.user, at: .root), eventType: .sessionRevoked,
      members: Self.members)
    #expect(try token.stored.read() == token)
    let damaged = StoredSecurityEventToken(token.envelope, subject: #"{"format":"email""#, members: "{}")
    #expect(throws: JSONSyntaxError.self) { try damaged.read() }
  }
}

extension SecurityEventToken {
  fileprivate var stored: StoredSecurityEventToken {
    StoredSecurityEventToken(
      envelope, subject: subject.json.text(), members: JSONValue.object(members).text())
  }
}
