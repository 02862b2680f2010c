import HTTP
import HTTPServer
import JSON
import Testing

@Suite(.serialized) struct OktaDialectTests {
  private static let path = "/api/v1/ssf/stream"
  private static let push: JSONValue = [
    "method": "urn:ietf:rfc:8935", "endpoint_url": "https://receiver.example.com/events",
  ]
  private static let secret: JSONValue = push.with(["authorization_header": "Bearer secret"])

  /// A transmitter with a stream made through this family.
  private func withStream(
    _ members: JSONObject = [:]
  ) async throws -> (TestTransmitter, token: String, stream: JSONValue) {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let body = JSONValue.object(Family.settings).with(["delivery": Self.secret]).with(members)
    let response = try await transmitter.public.send(.post, Self.path, token: token, body)
    try #require(response.code == 201, "\(response.text)")
    return (transmitter, token, try response.json)
  }

  private func hasHeader(_ transmitter: TestTransmitter, _ stream: JSONValue) async throws -> Bool? {
    let id = try #require(stream["stream_id"]?.stringValue)
    let response = try await transmitter.admin.send(.get, "/v1/streams/\(id)", token: transmitter.adminToken)
    return try response.json["delivery"]?["authorization_header_set"]?.boolValue
  }

  // MARK: - Answers

  @Test("a stream is answered with format and aud, and without its authorization header")
  func configuration() async throws {
    let (transmitter, token, stream) = try await withStream(["format": "iss_sub"])
    #expect(
      stream.memberNames == [
        "aud", "delivery", "events_delivered", "events_requested", "events_supported", "format", "iss",
        "min_verification_interval", "stream_id",
      ])
    #expect(stream["aud"] == "https://receiver.example.com")
    #expect(stream["delivery"] == Self.push)
    #expect(stream["events_delivered"] == [.string(Types.sessionRevoked)])
    #expect(stream["format"] == "iss_sub")
    let id = try #require(stream["stream_id"]?.stringValue)
    let single = try await transmitter.public.send(.get, Self.path + "?stream_id=\(id)", token: token)
    #expect(try single.json == stream)
  }

  @Test("a stream that asks for everything is shown with all that it gets: the SDKs insist")
  func everything() async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let standard = try await transmitter.createStream(token: token)
    let list = try await transmitter.public.send(.get, Self.path, token: token).json
    #expect(standard["events_requested"] == nil)
    #expect(list.arrayValue?.first?["events_requested"] == standard["events_delivered"])
  }

  @Test("more event types than the SDKs can read back are refused", arguments: [(50, 201), (51, 400)])
  func eventTypes(count: Int, code: Int) async throws {
    let transmitter = try await TestTransmitter()
    let body = JSONValue.streamRequest(events: (1...count).map { "urn:example:\($0)" })
    let response = try await transmitter.public.send(
      .post, Self.path, token: try await transmitter.token(), body)
    #expect(response.code == code)
  }

  @Test("the items of a list have no aud: the Python SDK cannot read it there")
  func list() async throws {
    let (transmitter, token, stream) = try await withStream()
    let response = try await transmitter.public.send(.get, Self.path, token: token)
    var item = try #require(stream.objectValue)
    item["aud"] = nil
    #expect(try response.json == [.object(item)])
    let other = try await transmitter.token("other")
    #expect(try await transmitter.public.send(.get, Self.path, token: other).json == [])
  }

  @Test(
    "a paused stream is shown as disabled, and is paused",
    arguments: [
      ("enabled", "enabled"), ("paused", "disabled"), ("disabled", "disabled"),
    ])
  func status(sent: String, shown: String) async throws {
    let (transmitter, token, stream) = try await withStream()
    let named: JSONObject = ["stream_id": try #require(stream["stream_id"])]
    let id = try #require(stream["stream_id"]?.stringValue)
    let changed = try await transmitter.public.send(
      .post, Self.path + "/status", token: token, JSONValue.object(named).with(["status": .string(sent)]))
    let read = try await transmitter.public.send(.get, Self.path + "/status?stream_id=\(id)", token: token)
    for response in [changed, read] {
      #expect(response.code == 200)
      #expect(try response.json == .object(named).with(["status": .string(shown)]))
    }
    let standard = try await transmitter.public.send(.get, "/ssf/status?stream_id=\(id)", token: token)
    #expect(try standard.json["status"] == .string(sent))
  }

  @Test("streams that are polled are not there", arguments: Family.okta.operations)
  func polledStream(operation: StreamOperation) async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let polled: JSONValue = ["delivery": ["method": "urn:ietf:rfc:8936"]]
    let id = try await transmitter.createStreamID(token: token, polled)
    #expect(try await operation.send(to: transmitter, token: token, stream: id).code == 404)
    #expect(try await transmitter.public.send(.get, Self.path, token: token).json == [])
    #expect(try await transmitter.public.send(.delete, Self.path, token: token).code == 404)
    #expect(
      try await transmitter.public.send(.get, "/ssf/stream?stream_id=\(id)", token: token).code == 200)
  }

  @Test(
    "every answer names its request",
    arguments: [
      (HTTPMethod.get, path, 200), (.get, path + "?stream_id=x", 404), (.post, path, 400), (.head, path, 200),
      (.options, path, 204), (.delete, path + "/status", 405), (.get, "/api/v1/nowhere", 404),
      (.get, "/oauth2/v1/keys", 200), (.delete, path, 404),
    ])
  func requestID(method: HTTPMethod, target: String, code: Int) async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let response = try await transmitter.public.send(method, target, token: token)
    #expect(response.code == code)
    let id = try #require(response.fields["X-Okta-Request-Id"])
    #expect(id.wholeMatch(of: /[0-9a-f]{32}/) != nil)
    if code >= 400 { #expect(try response.json["errorId"]?.stringValue == id) }
  }

  @Test("the keys of the standard family are at Okta's path, too")
  func keys() async throws {
    let transmitter = try await TestTransmitter()
    let response = try await transmitter.public.send(.get, "/oauth2/v1/keys")
    #expect(response.fields["Content-Type"] == "application/json")
    #expect(try await transmitter.public.send(.get, "/ssf/jwks").json == response.json)
  }

  // MARK: - Requests

  @Test(
    "create and replace need delivery and events_requested, as the SDKs drop empty members",
    arguments: [
      (HTTPMethod.post, "", ["delivery", "events_requested"]),
      (.post, "{}", ["delivery", "events_requested"]),
      (.post, #"{"events_requested":[]}"#, ["delivery"]), (.put, "", ["delivery", "events_requested"]),
      (
        .put, #"{"delivery":{"method":"urn:ietf:rfc:8935","endpoint_url":"https://a.example/"}}"#,
        ["events_requested"]
      ),
    ])
  func requiredMembers(method: HTTPMethod, body: String, missing: [String]) async throws {
    let (transmitter, token, _) = try await withStream()
    let response = try await transmitter.public.send(
      method, Self.path, token: token, text: body, fields: ["Content-Type": "application/octet-stream"])
    #expect(response.code == 400)
    #expect(
      try response.json["errorSummary"]
        == .string("Api validation failed: " + missing.joined(separator: ", ")))
    #expect(
      try response.json["errorCauses"]
        == .array(missing.map { ["errorSummary": .string("\($0): is missing")] }))
  }

  @Test("a PATCH may be partial, and empty: no body at all changes nothing")
  func partialUpdate() async throws {
    let (transmitter, token, stream) = try await withStream()
    let empty = try await transmitter.public.send(.patch, Self.path, token: token)
    #expect(empty.code == 200)
    #expect(try empty.json == stream)
    let response = try await transmitter.public.send(
      .patch, Self.path, token: token, ["events_requested": [.string(Types.credentialChange)]])
    #expect(try response.json["events_delivered"] == [.string(Types.credentialChange)])
    #expect(try response.json["delivery"] == Self.push)
  }

  @Test("without stream_id a change or deletion is of the client's only stream")
  func onlyStream() async throws {
    let (transmitter, token, stream) = try await withStream()
    for method in [HTTPMethod.patch, .put] {
      let body = JSONValue.object(Family.settings)
      let response = try await transmitter.public.send(method, Self.path, token: token, body)
      #expect(response.code == 200)
      #expect(try response.json["stream_id"] == stream["stream_id"])
    }
    #expect(try await transmitter.public.send(.delete, Self.path, token: token).code == 204)
    #expect(try await transmitter.public.send(.delete, Self.path, token: token).code == 404)
  }

  @Test(
    "where a client has several streams one must be named; an empty name is none",
    arguments: [(HTTPMethod.patch, ""), (.put, ""), (.delete, ""), (.delete, "?stream_id=")])
  func ambiguous(method: HTTPMethod, query: String) async throws {
    let (transmitter, token, _) = try await withStream()
    _ = try await transmitter.createStream(token: token)
    let body = method == .delete ? nil : JSONValue.object(Family.settings)
    let response = try await transmitter.public.send(method, Self.path + query, token: token, body)
    #expect(response.code == 400)
    #expect(try response.json["errorCode"] == "E0000001")
    #expect(try await transmitter.public.send(.get, Self.path, token: token).json.arrayValue?.count == 2)
  }

  @Test(
    "an empty stream_id does not delete the client's stream; status and verification need one",
    arguments: [
      (HTTPMethod.delete, "?stream_id="), (.get, "/status"), (.post, "/status"), (.post, "/verification"),
    ])
  func missingStreamID(method: HTTPMethod, suffix: String) async throws {
    let (transmitter, token, _) = try await withStream()
    let body: JSONValue? = method == .post ? ["status": "enabled"] : nil
    let response = try await transmitter.public.send(method, Self.path + suffix, token: token, body)
    #expect(response.code == 400)
    #expect(try response.json["errorSummary"]?.stringValue?.contains("stream_id") == true)
    #expect(try await transmitter.public.send(.get, Self.path, token: token).json.arrayValue?.count == 1)
  }

  @Test(
    "format is iss_sub or absent, and polling is refused",
    arguments: [HTTPMethod.post, .patch, .put],
    [
      (["format": "email"], "format"), (["format": 5], "format"),
      (["delivery": ["method": "urn:ietf:rfc:8936"]], "delivery.method"),
      (
        ["delivery": ["method": "https://schemas.openid.net/secevent/risc/delivery-method/poll"]],
        "delivery.method"
      ),
      (["delivery": ["method": "urn:ietf:rfc:8935"]], "delivery.endpoint_url"),
    ] as [(JSONObject, String)])
  func refusedMembers(method: HTTPMethod, refused: (members: JSONObject, name: String)) async throws {
    let (transmitter, token, _) = try await withStream()
    let body = JSONValue.object(Family.settings).with(refused.members)
    let response = try await transmitter.public.send(method, Self.path, token: token, body)
    #expect(response.code == 400)
    #expect(try response.json["errorSummary"] == .string("Api validation failed: \(refused.name)"))
  }

  @Test("what was read can be written back, read-only members and all", arguments: [HTTPMethod.patch, .put])
  func roundTrip(method: HTTPMethod) async throws {
    let (transmitter, token, stream) = try await withStream()
    let response = try await transmitter.public.send(method, Self.path, token: token, stream)
    #expect(response.code == 200)
    #expect(try response.json == stream)
    let wrong = stream.with(["iss": "https://other.example.com"])
    #expect(try await transmitter.public.send(method, Self.path, token: token, wrong).code == 400)
  }

  @Test(
    "the authorization header stays where the endpoint does and no other is named",
    arguments: [HTTPMethod.patch, .put],
    [
      (push, true), (push.with(["endpoint_url": "https://receiver.example.com/other"]), false),
      (push.with(["authorization_header": nil]), false),
      (push.with(["authorization_header": "Bearer b"]), true),
    ])
  func authorizationHeader(method: HTTPMethod, sent: (delivery: JSONValue, stays: Bool)) async throws {
    let (transmitter, token, stream) = try await withStream()
    let body = JSONValue.object(Family.settings).with(["delivery": sent.delivery])
    #expect(try await transmitter.public.send(method, Self.path, token: token, body).code == 200)
    #expect(try await hasHeader(transmitter, stream) == sent.stays)
  }

  @Test("a PATCH without delivery leaves the authorization header alone")
  func authorizationHeaderUntouched() async throws {
    let (transmitter, token, stream) = try await withStream()
    _ = try await transmitter.public.send(.patch, Self.path, token: token, ["description": "x"])
    #expect(try await hasHeader(transmitter, stream) == true)
  }
}
