import HTTP
import JSON
import Testing

/// Streams that an administrator makes, changes and previews.
@Suite struct StreamProvisioningTests {
  private let transmitter: TestTransmitter

  init() async throws {
    transmitter = try await TestTransmitter()
  }

  private func send(_ method: HTTPMethod, _ path: String, _ body: JSONValue) async throws -> Response {
    try await transmitter.admin.send(method, path, token: transmitter.adminToken, body)
  }

  private func provision(_ members: JSONObject = [:]) async throws -> JSONValue {
    let response = try await send(.post, "/v1/streams", JSONValue.streamRequest().with(members))
    try #require(response.code == 201, "\(response.text)")
    return try response.json
  }

  private func path(of stream: JSONValue, _ rest: String = "") throws -> String {
    "/v1/streams/" + (try #require(stream["stream_id"]?.stringValue)) + rest
  }

  // MARK: - Making

  @Test("a stream without a client is nobody's; one under a client that client sees and changes")
  func owners() async throws {
    let token = try await transmitter.token()
    _ = try await provision()
    let owned = try await provision(["client_id": "receiver", "aud": "https://aud.example.com"])
    let seen = try await transmitter.public.send(.get, "/ssf/stream", token: token).json
    #expect(seen.arrayValue?.map { $0["stream_id"] } == [owned["stream_id"]])
    #expect(seen.arrayValue?.first?["aud"] == "https://aud.example.com")
    #expect(owned["provisioned"] == true && owned["client_id"] == "receiver")
  }

  @Test("limits do not count it")
  func limits() async throws {
    let token = try await transmitter.token()
    for _ in 1...5 { _ = try await provision(["client_id": "receiver"]) }
    _ = try await transmitter.createStreamID(token: token)
    _ = try await transmitter.createStreamID(token: token)
    let refused = try await transmitter.public.send(.post, "/ssf/stream", token: token, .streamRequest())
    #expect(refused.code == 409)
  }

  @Test(
    "what cannot be is 400, and the fault is pointed at",
    arguments: [
      (["profile": "ssf-2.0"], "/profile"), (["audience": "x"], "/audience"),
      (["delivery": ["method": "x"]], "/delivery/method"),
      (["delivery": ["method": "urn:ietf:rfc:8936"]], "/aud"), (["aud": 1], "/aud"),
    ] as [(JSONObject, String)])
  func invalid(members: JSONObject, pointer: String) async throws {
    let response = try await send(.post, "/v1/streams", JSONValue.streamRequest().with(members))
    #expect(response.code == 400)
    #expect(try response.faultPointers == [pointer])
  }

  // MARK: - Changing

  @Test("a change of status is the transmitter's: the receiver is told of it")
  func status() async throws {
    let stream = try await provision()
    let response = try await send(.patch, path(of: stream), ["status": "paused", "reason": "maintenance"])
    #expect(response.code == 200)
    #expect(try response.json["status"] == "paused" && response.json["reason"] == "maintenance")
    #expect(try response.json["deliveries"]?["pending"] == 1)
  }

  @Test("profile, event types, description and delivery change as they are named")
  func members() async throws {
    let stream = try await provision()
    let changes: JSONObject = [
      "profile": "both", "events_requested": [.string(Types.sessionRevoked)], "description": "after",
    ]
    let changed = try await send(.patch, path(of: stream), .object(changes)).json
    for change in changes { #expect(changed[change.name] == change.value) }
    #expect(changed["delivery"] == stream["delivery"])
    #expect(changed["deliveries"] == stream["deliveries"])
  }

  @Test(
    "SSF 8.1.1 inactivity_timeout stands where it applies, and not in a stream that an administrator made")
  func inactivityTimeout() async throws {
    let transmitter = try await TestTransmitter { $0.inactivityTimeout = .seconds(600) }
    let token = try await transmitter.token()
    _ = try await transmitter.admin.send(
      .post, "/v1/streams", token: transmitter.adminToken,
      .streamRequest().with(["client_id": "receiver"]))
    _ = try await transmitter.createStream(token: token)
    let streams = try await transmitter.public.send(.get, "/ssf/stream", token: token).json.arrayValue
    #expect(streams?.map { $0["inactivity_timeout"] } == [nil, 600])
  }

  @Test("a change that cannot be changes nothing")
  func invalidChange() async throws {
    let stream = try await provision()
    for members in [["status": "stopped"], ["profile": "x"], ["aud": "https://other.example.com"]]
      as [JSONObject]
    {
      let body = JSONValue.object(["description": "after"]).with(members)
      #expect(try await send(.patch, path(of: stream), body).code == 400)
    }
    #expect(
      try await transmitter.admin.send(.get, path(of: stream), token: transmitter.adminToken).json == stream)
  }

  // MARK: - Preview

  @Test(
    "a preview has the claims in the stream's profile, and whether they would be sent",
    arguments: [
      ("ssf-1.0", [:]), ("both", ["subject": JSONValue.jane]), ("sse-caep", ["subject": .jane]),
      ("event-subject", ["subject": ["user": .jane]]),
    ] as [(String, JSONObject)])
  func preview(profile: String, extra: JSONObject) async throws {
    let stream = try await provision([
      "profile": .string(profile), "events_requested": [.string(Types.sessionRevoked)],
    ])
    let event: JSONValue = [
      "type": "session-revoked", "subject": .jane, "members": ["initiating_entity": "user"],
    ]
    let preview = try await send(.post, path(of: stream, "/preview"), event).json
    let keys = try await transmitter.public.send(.get, "/ssf/jwks").json["keys"]?.arrayValue ?? []
    let signer = try #require(keys.first { $0["alg"] == "RS256" }?["kid"])
    #expect(preview["header"] == ["alg": "RS256", "kid": signer, "typ": "secevent+jwt"])
    #expect(preview["delivered"] == true)
    let claims = try #require(preview["claims"])
    #expect(claims["iss"] == "https://tr.example.com" && claims["aud"] == stream["aud"])
    #expect((claims["sub_id"] != nil) == ["ssf-1.0", "both"].contains(profile))
    #expect(
      claims["events"]?[Types.sessionRevoked]
        == JSONValue.object(extra).with(["initiating_entity": "user"]))
    #expect(try await transmitter.total("accepted", of: try #require(stream["stream_id"]?.stringValue)) == 0)
  }

  @Test("an event that the stream does not get is shown, and said not to be sent")
  func notDelivered() async throws {
    let stream = try await provision(["events_requested": []])
    let preview = try await send(
      .post, path(of: stream, "/preview"), ["type": "session-revoked", "subject": .jane])
    #expect(try preview.json["delivered"] == false)
  }

  @Test("an event about a subject that was removed is shown, and said not to be sent")
  func notAboutSubject() async throws {
    let token = try await transmitter.token()
    let stream = try await provision(["client_id": "receiver"])
    let removal: JSONValue = ["stream_id": try #require(stream["stream_id"]), "subject": .jane]
    let removed = try await transmitter.public.send(.post, "/ssf/subjects/remove", token: token, removal)
    #expect(removed.code == 204)
    for (subject, isSent) in [(JSONValue.jane, false), (["format": "opaque", "id": "x"], true)] {
      let event: JSONValue = ["type": "session-revoked", "subject": subject]
      let preview = try await send(.post, path(of: stream, "/preview"), event)
      #expect(try preview.json["delivered"] == .bool(isSent))
    }
  }

  @Test("a preview checks the event as a submission is checked")
  func invalidPreview() async throws {
    let stream = try await provision()
    let response = try await send(.post, path(of: stream, "/preview"), ["type": "session-revoked"])
    #expect(response.code == 400)
    #expect(try response.faultPointers == ["/subject"])
  }
}

extension JSONValue {
  fileprivate static let jane: JSONValue = ["format": "email", "email": "jane@example.com"]
}
