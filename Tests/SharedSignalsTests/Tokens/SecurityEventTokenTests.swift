import JSON
import SharedSignals
import Testing

@Suite struct SecurityEventTokenTests {
  static func token(audience: Audience = .one("https://rp.example.com"), txn: String? = "8675309") throws
    -> SecurityEventToken
  {
    SecurityEventToken(
      issuer: "https://tr.example.com", audience: audience, issuedAt: 1_615_305_159, id: "756E\"69717565",
      transactionID: txn, subject: try .email("jane@example.com"), eventType: .sessionRevoked,
      members: ["event_timestamp": 1_615_304_991, "extra": [nil, true, .number("1.50")]])
  }

  static let encoded =
    #"{"iss":"https://tr.example.com","aud":"https://rp.example.com","iat":1615305159,"#
    + #""jti":"756E\"69717565","txn":"8675309","sub_id":{"format":"email","email":"jane@example.com"},"#
    + #""events":{"https://schemas.openid.net/secevent/caep/event-type/session-revoked":"#
    + #"{"event_timestamp":1615304991,"extra":[null,true,1.50]}}}"#

  @Test("claims are written compactly in one order")
  func order() throws {
    var bytes: [UInt8] = Array("before".utf8)
    try Self.token().appendClaims(to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == "before" + Self.encoded)
  }

  @Test(
    "the claims as a value are the claims as bytes",
    arguments: [
      (.one("a"), "t"), (.several(["a", "b"]), nil), (.several(["a"]), "t"),
    ] as [(Audience, String?)])
  func value(audience: Audience, txn: String?) throws {
    let token = try Self.token(audience: audience, txn: txn)
    var bytes: [UInt8] = []
    token.appendClaims(to: &bytes)
    #expect(token.claims().serialized() == bytes)
  }

  @Test(
    "what is written is read back as the same token",
    arguments: [
      (.one("a"), "t"), (.several(["a", "b"]), nil),
    ] as [(Audience, String?)])
  func roundTrip(audience: Audience, txn: String?) throws {
    let token = try Self.token(audience: audience, txn: txn)
    var bytes: [UInt8] = []
    token.appendClaims(to: &bytes)
    #expect(try SecurityEventToken(claims: try JSONValue(parsing: bytes)) == token)
  }

  @Test("SSF 4.1.2, 4.1.7 no token holds sub or exp")
  func forbiddenClaims() throws {
    let claims = try #require(try Self.token().claims().objectValue)
    #expect(claims.names == ["iss", "aud", "iat", "jti", "txn", "sub_id", "events"])
  }

  @Test("SSF 4.2.3 claims that no rule describes are allowed")
  func extraClaims() throws {
    var claims = try #require(try Self.token().claims().objectValue)
    claims["toe"] = 1
    claims["https://example.com/claim"] = [:]
    #expect(try SecurityEventToken(claims: .object(claims)) == Self.token())
  }

  static let faults: [(claim: String, value: JSONValue?, error: SETError)] = [
    ("iss", nil, .missingClaim("iss")),
    ("aud", nil, .missingClaim("aud")),
    ("iat", nil, .missingClaim("iat")),
    ("jti", nil, .missingClaim("jti")),
    ("sub_id", nil, .missingClaim("sub_id")),
    ("events", nil, .missingClaim("events")),
    ("iss", 1, .unfitClaim("iss", expected: "a string that is not empty")),
    ("jti", "", .unfitClaim("jti", expected: "a string that is not empty")),
    ("txn", 8_675_309, .unfitClaim("txn", expected: "a string that is not empty")),
    ("aud", [], .unfitClaim("aud", expected: "a string or an array of strings, none empty")),
    ("aud", ["a", 1], .unfitClaim("aud", expected: "a string or an array of strings, none empty")),
    ("iat", .number("1.5"), .unfitClaim("iat", expected: "a whole number of seconds since 1970")),
    ("iat", "1615305159", .unfitClaim("iat", expected: "a whole number of seconds since 1970")),
    ("sub", "jane@example.com", .forbiddenClaim("sub")),
    ("exp", 1_615_305_200, .forbiddenClaim("exp")),
    ("events", [], .unfitClaim("events", expected: "an object with the event under its type's URI")),
    ("events", [:], .eventCount(0)),
    ("events", ["urn:example:a": [:], "urn:example:b": [:]], .eventCount(2)),
    ("events", ["session-revoked": [:]], .eventTypeNotURI("session-revoked")),
    ("events", ["urn:example:a": nil], .eventNotAnObject(EventType(rawValue: "urn:example:a"))),
  ]

  @Test("RFC 8417 2, SSF 4 claims that break a rule are refused with the rule", arguments: faults)
  func refusals(claim: String, value: JSONValue?, error: SETError) throws {
    var claims = try #require(try Self.token().claims().objectValue)
    claims[claim] = value
    #expect(throws: error) { try SecurityEventToken(claims: .object(claims)) }
    #expect(error.description.isEmpty == false)
  }

  @Test("RFC 9493 4.1 a sub_id that breaks its format is refused with its place")
  func subjectFault() throws {
    var claims = try #require(try Self.token().claims().objectValue)
    claims["sub_id"] = ["format": "email"]
    let error = #expect(throws: SETError.self) { try SecurityEventToken(claims: .object(claims)) }
    #expect(error?.description == "/sub_id/email: email is missing; a subject of format email needs it")
  }

  @Test("claims that are no object are refused")
  func notAnObject() {
    #expect(throws: SETError.notAnObject) { try SecurityEventToken(claims: []) }
  }
}
