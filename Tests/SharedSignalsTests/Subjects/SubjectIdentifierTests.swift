import JSON
import SharedSignals
import Testing

@Suite struct SubjectIdentifierTests {
  static let email: JSONValue = ["format": "email", "email": "user@example.com"]
  static let opaque: JSONValue = ["format": "opaque", "id": "11112222333344445555"]

  static let good: [JSONValue] = [
    ["format": "account", "uri": "acct:example.user@service.example.com"],
    email,
    ["format": "iss_sub", "iss": "https://issuer.example.com/", "sub": "145234573"],
    ["format": "iss_sub", "iss": "https://issuer.example.com/", "sub": "f:12:jörg"],
    opaque,
    ["format": "phone_number", "phone_number": "+12065550100"],
    ["format": "did", "url": "did:example:123456"],
    ["format": "did", "url": "did:example:123456/did/url/path?versionId=1"],
    ["format": "uri", "uri": "https://user.example.com/"],
    ["format": "uri", "uri": "urn:uuid:4e851e98-83c4-4743-a5da-150ecb53042f"],
    ["format": "aliases", "identifiers": [email, email, opaque]],
    [
      "format": "jwt_id", "iss": "https://idp.example.com/123456789/",
      "jti": "B70BA622-9515-4353-A866-823539EECBC8",
    ],
    [
      "format": "saml_assertion_id", "issuer": "https://idp.example.com/123456789/",
      "assertion_id": "_8e8dc5f6",
    ],
    ["format": "ip-addresses", "ip-addresses": ["10.29.37.75", "2001:0db8:0000:0000:0000:8a2e:0370:7334"]],
    ["format": "complex", "user": email],
    ["format": "complex", "user": ["format": "aliases", "identifiers": [email]], "badge": opaque],
    ["id": "7", "format": "https://example.com/formats/badge", "site": ["x": 1]],
    ["format": "badge.example.com"],
    ["format": "complex", "device": ["format": "badge.example.com", "anything": nil]],
  ]

  @Test("a subject that obeys its format is kept as it was given", arguments: good)
  func goodSubjects(json: JSONValue) throws {
    let subject = try SubjectIdentifier(json: json, at: .root)
    #expect(subject.json.serialized() == json.serialized())
    #expect(subject.format.rawValue == json["format"]?.stringValue)
  }

  static let bad: [(json: JSONValue, pointer: String, cause: String)] = [
    ("user@example.com", "", "must be an object"),
    ([:], "/format", "name one of account, email"),
    (["subject_type": "email", "email": "user@example.com"], "/format", "subject_type is its retired name"),
    (["format": 1], "/format", "must be a string"),
    (["format": ""], "/format", "an empty string is not a known format"),
    (["format": "phone", "phone_number": "+12065550100"], "/format", "did you mean phone_number?"),
    (["format": "jwt-id"], "/format", "did you mean jwt_id?"),
    (["format": "badge"], "/format", "named by a URI or with a domain"),
    (["format": "account", "uri": "user@service.example.com"], "/uri", "an acct: URI"),
    (["format": "email"], "/email", "is missing"),
    (["format": "email", "email": nil], "/email", "but is null"),
    (["format": "email", "email": ""], "/email", "but is an empty string"),
    (["format": "email", "email": "user"], "/email", "but is \"user\""),
    (
      ["format": "email", "email": "user@example.com", "name": "User"], "/name",
      "only format, email may be there"
    ),
    (["format": "iss_sub", "iss": "https://issuer.example.com/"], "/sub", "is missing"),
    (["format": "iss_sub", "iss": "", "sub": "1"], "/iss", "but is an empty string"),
    (["format": "opaque", "id": 1], "/id", "but is a number"),
    (["format": "phone_number", "phone_number": "+1 206 555 0100"], "/phone_number", "without spaces"),
    (["format": "did", "url": "https://example.com"], "/url", "a DID or DID URL"),
    (["format": "uri", "uri": "/relative"], "/uri", "with a scheme"),
    (["format": "jwt_id", "iss": "https://idp.example.com/"], "/jti", "is missing"),
    (["format": "saml_assertion_id", "assertion_id": "_1"], "/issuer", "is missing"),
    (["format": "ip-addresses"], "/ip-addresses", "is missing"),
    (["format": "ip-addresses", "ip-addresses": "10.29.37.75"], "/ip-addresses", "must be an array"),
    (["format": "ip-addresses", "ip-addresses": []], "/ip-addresses", "but is an empty array"),
    (
      ["format": "ip-addresses", "ip-addresses": ["10.29.37.75", "10.29.37"]], "/ip-addresses/1",
      "IPv4 or IPv6"
    ),
    (["format": "ip-addresses", "ip-addresses": ["::1"], "port": 1], "/port", "has no such member"),
    (["format": "aliases", "identifiers": []], "/identifiers", "but is an empty array"),
    (["format": "aliases", "identifiers": [email], "x": 1], "/x", "has no such member"),
    (
      ["format": "aliases", "identifiers": [email, ["format": "opaque"]]], "/identifiers/1/id", "is missing"
    ),
    (
      ["format": "aliases", "identifiers": [["format": "aliases", "identifiers": [email]]]],
      "/identifiers/0/format", "cannot stand in another"
    ),
    (
      ["format": "aliases", "identifiers": [["format": "complex", "user": email]]],
      "/identifiers/0/format", "cannot stand in another"
    ),
    (["format": "complex"], "", "at least one member"),
    (["format": "complex", "user": "user@example.com"], "/user", "must be an object"),
    (["format": "complex", "user": email, "device": ["format": "opaque"]], "/device/id", "is missing"),
    (
      ["format": "complex", "user": ["format": "complex", "user": email]], "/user/format",
      "cannot stand in another"
    ),
  ]

  @Test("RFC 9493 3 a subject that breaks its format is refused with place and cause", arguments: bad)
  func badSubjects(json: JSONValue, pointer: String, cause: String) {
    let error = #expect(throws: SubjectError.self) { try SubjectIdentifier(json: json, at: ["sub_id"]) }
    #expect(error?.pointer.description == "/sub_id\(pointer)")
    #expect(error?.message.contains(cause) == true)
  }

  @Test("the order of members does not make another subject, the case of letters does")
  func equality() throws {
    let turned: JSONValue = ["email": "user@example.com", "format": "email"]
    #expect(try SubjectIdentifier(json: turned, at: .root) == .email("user@example.com"))
    #expect(try SubjectIdentifier.email("User@example.com") != .email("user@example.com"))
  }

  @Test("the conveniences make the JSON of their formats, and refuse what the formats refuse")
  func conveniences() throws {
    #expect(try SubjectIdentifier.email("user@example.com").json == Self.email)
    #expect(try SubjectIdentifier.opaque("11112222333344445555").json == Self.opaque)
    let issSub: JSONValue = ["format": "iss_sub", "iss": "https://idp.example.com", "sub": "1"]
    #expect(try SubjectIdentifier.issSub(iss: "https://idp.example.com", sub: "1").json == issSub)
    #expect(throws: SubjectError.self) { try SubjectIdentifier.email("none") }
    #expect(throws: SubjectError.self) { try SubjectIdentifier.opaque("") }
  }

  @Test("order is kept by the user of a complex subject, else by the whole subject")
  func orderKeySource() throws {
    let complex: JSONValue = ["format": "complex", "session": Self.opaque, "user": Self.email]
    let device: JSONValue = ["format": "complex", "device": Self.opaque]
    #expect(try SubjectIdentifier(json: complex, at: .root).orderKeySource == Self.email)
    #expect(try SubjectIdentifier(json: complex, at: .root).user == Self.email)
    #expect(try SubjectIdentifier(json: device, at: .root).orderKeySource == device)
    #expect(try SubjectIdentifier(json: Self.email, at: .root).orderKeySource == Self.email)
  }

  @Test("a private format's member user is not the user of a complex subject")
  func privateUser() throws {
    let json: JSONValue = ["format": "badge.example.com", "user": Self.email]
    #expect(try SubjectIdentifier(json: json, at: .root).user == nil)
  }
}
