import HTTP
import JSON
import Testing
import Transmitter

@Suite struct PollEndpointTests {
  private let transmitter: TestTransmitter
  private let token: String
  private let path: String

  init() async throws {
    transmitter = try await TestTransmitter { $0.verifiesNewStreams = true }
    token = try await transmitter.token()
    let stream = try await transmitter.createStream(token: token, [:])
    let endpoint = try #require(stream["delivery"]?["endpoint_url"]?.stringValue)
    path = String(endpoint.dropFirst("https://tr.example.com".count))
  }

  private func poll(_ body: JSONValue?, as token: String? = nil) async throws -> Response {
    try await transmitter.public.send(.post, path, token: token ?? self.token, body)
  }

  private static let look: JSONValue = ["returnImmediately": true]

  @Test("RFC 8936 2.3 an answer has sets by jti and moreAvailable")
  func answer() async throws {
    let response = try await poll(Self.look)
    #expect(response.code == 200)
    #expect(response.fields["Content-Type"] == "application/json")
    #expect(response.fields["Cache-Control"] == "no-store")
    let json = try response.json
    #expect(json.memberNames == ["moreAvailable", "sets"])
    #expect(json["sets"]?.objectValue?.count == 1)
    #expect(json["moreAvailable"] == false)
  }

  @Test(
    "RFC 8936 2.2 an empty object, or no body at all, asks for whatever there is",
    arguments: [.object([:]), nil] as [JSONValue?])
  func emptyBody(body: JSONValue?) async throws {
    let response = try await poll(body)
    #expect(response.code == 200)
    #expect(try response.json["sets"]?.objectValue?.count == 1)
  }

  @Test(
    "RFC 8936 2.2 maxEvents has no bound but that of its numbers",
    arguments: [1, 9_007_199_254_740_991, Int64.max])
  func manyEvents(most: Int64) async throws {
    let response = try await poll(["returnImmediately": true, "maxEvents": .integer(most)])
    #expect(try response.json["sets"]?.objectValue?.count == 1)
  }

  @Test("RFC 8936 2.2 ack and setErrs settle what they name")
  func settling() async throws {
    let sets = try #require(try await poll(Self.look).json["sets"]?.objectValue)
    let jti = try #require(sets.names.first)
    let refused: JSONValue = [
      "returnImmediately": true, "maxEvents": 0, "ack": [.string(jti)],
      "setErrs": ["never-was": ["err": "invalid_request", "description": "no"]],
    ]
    #expect(try await poll(refused).json == ["sets": [:], "moreAvailable": false])
    #expect(try await poll(Self.look).json["sets"] == [:])
  }

  @Test(
    "RFC 8936 2.5.1 what is no poll is 400, and the fault is pointed at",
    arguments: [
      (["maxEvents": -1], "/maxEvents"), (["maxEvents": "1"], "/maxEvents"),
      (["maxEvents": .number("1.5")], "/maxEvents"),
      (["returnImmediately": 1], "/returnImmediately"), (["ack": "jti"], "/ack"), (["ack": [1]], "/ack/0"),
      (["setErrs": []], "/setErrs"), ([], ""),
    ] as [(JSONValue, String)])
  func invalid(body: JSONValue, pointer: String) async throws {
    let response = try await poll(body)
    #expect(response.code == 400)
    #expect(try response.faultPointers == [pointer])
  }

  @Test("a broken body is 400", arguments: [";{ broken", "{\"ack\":[],\"ack\":[]}"])
  func broken(text: String) async throws {
    #expect(try await transmitter.public.send(.post, path, token: token, text: text).code == 400)
  }

  @Test(
    "RFC 8936 3 without a token, or with a bad one, it is 401 with the scheme", arguments: [nil, "ssft_bad"])
  func unauthorized(token: String?) async throws {
    let response = try await transmitter.public.send(.post, path, token: token, Self.look)
    #expect(response.code == 401)
    #expect(response.fields["WWW-Authenticate"]?.hasPrefix("Bearer realm=") == true)
  }

  @Test(
    "either of the scopes of receivers will do, no other",
    arguments: [
      (.read, 200), (.manage, 200), (.emit, 403),
    ] as [(Scope, Int)])
  func scopes(scope: Scope, code: Int) async throws {
    let token = try await transmitter.token("receiver", [scope])
    #expect(try await poll(Self.look, as: token).code == code)
  }

  @Test("SSF 8 a foreign stream is like a missing one")
  func foreign() async throws {
    let stranger = try await transmitter.token("stranger")
    let foreign = try await poll(Self.look, as: stranger)
    let missing = try await transmitter.public.send(.post, "/ssf/poll/never-was", token: stranger, Self.look)
    #expect(foreign.code == 404 && missing.code == 404)
  }

  @Test("only POST polls", arguments: [HTTPMethod.get, .put, .delete])
  func methods(method: HTTPMethod) async throws {
    let response = try await transmitter.public.send(method, path, token: token)
    #expect(response.code == 405)
    #expect(response.fields["Allow"]?.contains("POST") == true)
  }
}
