import HTTP
import JSON
import SharedSignals
import TestSupport
import Testing
import Transmitter

@Suite(.serialized) struct SubjectEndpointsTests {
  private static let jane: JSONValue = ["format": "email", "email": "jane@example.com"]

  private struct Stream {
    let transmitter: TestTransmitter
    let token: String
    let id: String

    init(_ configure: (inout TestTransmitter.Options) -> Void = { _ in }) async throws {
      transmitter = try await TestTransmitter(configure)
      token = try await transmitter.token()
      id = try await transmitter.createStreamID(token: token)
    }

    func add(_ subject: JSONValue, _ more: JSONObject = [:]) async throws -> Response {
      try await post("add", JSONValue.object(["stream_id": .string(id), "subject": subject]).with(more))
    }

    func remove(_ subject: JSONValue) async throws -> Response {
      try await post("remove", ["stream_id": .string(id), "subject": subject])
    }

    func post(_ operation: String, _ body: JSONValue) async throws -> Response {
      try await transmitter.public.send(.post, "/ssf/subjects/\(operation)", token: token, body)
    }

    /// The streams that an event about a subject went to.
    func hearers(of subject: JSONValue) async throws -> [JSONValue?] {
      let response = try await transmitter.admin.send(
        .post, "/v1/events", token: transmitter.adminToken,
        ["type": .string(Types.sessionRevoked), "subject": subject])
      try #require(response.code == 202, "\(response.text)")
      return try response.json["deliveries"]?.arrayValue?.map { $0["stream_id"] } ?? []
    }
  }

  @Test("SSF 8.1.3 a removal is 204, an addition 200 without a body, and events follow")
  func allSubjects() async throws {
    let stream = try await Stream()
    let removal = try await stream.remove(Self.jane)
    #expect(removal.code == 204)
    #expect(removal.body.isEmpty)
    #expect(try await stream.hearers(of: Self.jane) == [])
    #expect(try await stream.hearers(of: ["format": "email", "email": "john@example.com"]).count == 1)
    let addition = try await stream.add(Self.jane)
    #expect(addition.code == 200)
    #expect(addition.body.isEmpty)
    #expect(addition.fields["Cache-Control"] == "no-store")
    #expect(try await stream.hearers(of: Self.jane) == [.string(stream.id)])
  }

  @Test("SSF 8.1.3 where streams begin with no subject, only what was added is heard")
  func noSubjects() async throws {
    let stream = try await Stream { $0.subjects.initial = .noSubject }
    #expect(try await stream.hearers(of: Self.jane) == [])
    #expect(try await stream.add(Self.jane, ["verified": false]).code == 200)
    #expect(try await stream.hearers(of: Self.jane) == [.string(stream.id)])
    #expect(try await stream.remove(Self.jane).code == 204)
    #expect(try await stream.hearers(of: Self.jane) == [])
  }

  @Test(
    "SSF 9.1 what is not there is added and removed with the answers of what is", arguments: ["ALL", "NONE"])
  func uniformAnswers(initial: String) async throws {
    let stream = try await Stream { $0.subjects.initial = initial == "ALL" ? .everySubject : .noSubject }
    for _ in 1...2 {
      #expect(try await stream.remove(Self.jane).code == 204)
      #expect(try await stream.remove(Self.jane).code == 204)
      #expect(try await stream.add(Self.jane).code == 200)
      #expect(try await stream.add(Self.jane).code == 200)
    }
  }

  @Test("SSF 8.1.4.1 removing the stream itself is 204, and verification goes on")
  func ownSubject() async throws {
    let stream = try await Stream()
    #expect(try await stream.remove(["format": "opaque", "id": .string(stream.id)]).code == 204)
    let verification = try await stream.transmitter.public.send(
      .post, "/ssf/verify", token: stream.token, ["stream_id": .string(stream.id)])
    #expect(verification.code == 204)
    #expect(try await stream.transmitter.total("pending", of: stream.id) == 1)
  }

  static let good: [JSONValue] = [
    ["format": "account", "uri": "acct:jane@example.com"],
    ["format": "iss_sub", "iss": "https://issuer.example.com", "sub": "1"],
    ["format": "opaque", "id": "1"],
    ["format": "phone_number", "phone_number": "+12065550100"],
    ["format": "did", "url": "did:example:123456"],
    ["format": "uri", "uri": "urn:uuid:4e851e98-83c4-4743-a5da-150ecb53042f"],
    ["format": "aliases", "identifiers": [jane, ["format": "opaque", "id": "1"]]],
    ["format": "jwt_id", "iss": "https://issuer.example.com", "jti": "1"],
    ["format": "saml_assertion_id", "issuer": "https://issuer.example.com", "assertion_id": "1"],
    ["format": "ip-addresses", "ip-addresses": ["10.29.37.75"]],
    ["format": "complex", "user": jane, "device": ["format": "opaque", "id": "1"]],
  ]

  @Test("SUB-1 every format of RFC 9493 and SSF is filtered by", arguments: good)
  func formats(subject: JSONValue) async throws {
    let stream = try await Stream()
    #expect(try await stream.remove(subject).code == 204)
    #expect(try await stream.hearers(of: subject) == [])
  }

  static let bad: [(subject: JSONValue, pointer: String)] = [
    ("jane@example.com", "/subject"),
    ([:], "/subject/format"),
    (["format": "mail", "email": "jane@example.com"], "/subject/format"),
    (["format": "email"], "/subject/email"),
    (["format": "email", "email": "jane"], "/subject/email"),
    (["format": "email", "email": "jane@example.com", "name": "Jane"], "/subject/name"),
    (["format": "phone_number", "phone_number": "+1 206 555 0100"], "/subject/phone_number"),
    (["format": "aliases", "identifiers": [jane, ["format": "email"]]], "/subject/identifiers/1/email"),
    (["format": "ip-addresses", "ip-addresses": ["10.29.37"]], "/subject/ip-addresses/0"),
    (["format": "complex", "user": ["format": "opaque", "id": ""]], "/subject/user/id"),
    (
      ["format": "complex", "a": jane, "b": jane, "c": jane, "d": jane, "e": jane, "f": jane],
      "/subject"
    ),
  ]

  @Test(
    "SUB-2 a subject that does not obey its format is 400, and the error points at the member", arguments: bad
  )
  func badSubjects(subject: JSONValue, pointer: String) async throws {
    let stream = try await Stream()
    for response in [try await stream.add(subject), try await stream.remove(subject)] {
      #expect(response.code == 400)
      #expect(try response.faultPointers == [pointer])
    }
  }

  @Test(
    "a body that lacks something, or has it in another type, is 400",
    arguments: [
      (["subject": jane], "/stream_id"),
      (["stream_id": "x"], "/subject"),
      (["stream_id": "x", "subject": nil], "/subject"),
      (["stream_id": 1, "subject": jane], "/stream_id"),
      (["stream_id": "x", "subject": jane, "verified": "yes"], "/verified"),
    ] as [(JSONValue, String)])
  func badBodies(body: JSONValue, pointer: String) async throws {
    let stream = try await Stream()
    let response = try await stream.post("add", body)
    #expect(response.code == 400)
    #expect(try response.faultPointers == [pointer])
  }

  @Test(
    "SSF 8 the stream of another client is 404, like one that is not there", arguments: ["add", "remove"])
  func foreign(operation: String) async throws {
    let stream = try await Stream()
    let other = try await stream.transmitter.token("other")
    for (token, id) in [(other, stream.id), (stream.token, "nowhere")] {
      let response = try await stream.transmitter.public.send(
        .post, "/ssf/subjects/\(operation)", token: token,
        ["stream_id": .string(id), "subject": Self.jane])
      #expect(response.code == 404)
    }
    #expect(try await stream.hearers(of: Self.jane).count == 1)
  }

  @Test("the scope ssf.manage is needed", arguments: ["add", "remove"])
  func scope(operation: String) async throws {
    let stream = try await Stream()
    let body: JSONValue = ["stream_id": .string(stream.id), "subject": Self.jane]
    let reader = try await stream.transmitter.token("reader", [.read])
    for (token, code) in [(reader, 403), (nil, 401)] {
      let response = try await stream.transmitter.public.send(
        .post, "/ssf/subjects/\(operation)", token: token, body)
      #expect(response.code == code)
    }
  }

  @Test("SSF 9.1 changes beyond the rate are 429 with Retry-After, until it has passed")
  func rate() async throws {
    let stream = try await Stream()
    for index in 1...100 {
      try #require(try await stream.remove(["format": "opaque", "id": .string("\(index)")]).code == 204)
    }
    let refused = try await stream.remove(Self.jane)
    #expect(refused.code == 429)
    #expect(refused.fields["Retry-After"] == "1")
    #expect(try await stream.hearers(of: Self.jane).count == 1)
    stream.transmitter.clock.advance(by: .seconds(1))
    #expect(try await stream.remove(Self.jane).code == 204)
  }

  @Test("a full stream is 403, and the detail names the key to raise")
  func full() async throws {
    let stream = try await Stream { $0.subjects.maximumPerStream = 1 }
    #expect(try await stream.remove(Self.jane).code == 204)
    let refused = try await stream.remove(["format": "opaque", "id": "1"])
    #expect(refused.code == 403)
    #expect(try refused.json["detail"]?.stringValue?.contains("limits.subjects_per_stream") == true)
  }
}
