import HTTP
import JSON
import TestSupport
import Testing

@Suite(.serialized) struct StreamAdminEndpointsTests {
  @Test("the list has the streams of all clients")
  func list() async throws {
    let transmitter = try await TestTransmitter()
    let first = try await transmitter.createStreamID(token: try await transmitter.token("a"))
    let second = try await transmitter.createStreamID(token: try await transmitter.token("b"))
    let response = try await transmitter.admin.send(.get, "/v1/streams", token: transmitter.adminToken)
    let streams = try #require(try response.json["streams"]?.arrayValue)
    #expect(streams.map { $0["stream_id"] } == [.string(first), .string(second)])
    #expect(streams.map { $0["client_id"] } == ["a", "b"])
  }

  @Test("a stream is shown with its owner, its state and its totals")
  func show() async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let request = JSONValue.streamRequest(
      header: "Bearer push-secret", events: [Types.sessionRevoked], description: "Orders")
    let id = try await transmitter.createStreamID(token: token, request)
    _ = try await transmitter.admin.send(
      .post, "/v1/events", token: transmitter.adminToken, EventEndpointsTests.event)
    transmitter.clock.advance(by: .seconds(1))
    _ = try await transmitter.public.send(
      .post, "/ssf/status", token: token,
      ["stream_id": .string(id), "status": "paused", "reason": "holidays"])
    let response = try await transmitter.admin.send(
      .get, "/v1/streams/\(id)", token: transmitter.adminToken)
    #expect(response.code == 200)
    #expect(
      try response.json == [
        "stream_id": .string(id), "client_id": "receiver", "aud": "https://receiver.example.com",
        "provisioned": false, "profile": "ssf-1.0", "signing_alg": "RS256", "status": "paused",
        "reason": "holidays",
        "description": "Orders",
        "delivery": [
          "method": "urn:ietf:rfc:8935", "endpoint_url": "https://receiver.example.com/events",
          "authorization_header_set": true,
        ],
        "events_requested": [.string(Types.sessionRevoked)],
        "events_delivered": [.string(Types.sessionRevoked)],
        "created": "2027-01-15T08:00:00.000Z", "updated": "2027-01-15T08:00:01.000Z",
        "deliveries": [
          "accepted": 1, "delivered": 0, "pending": 1, "dead": 0, "expired": 0, "dropped": 0,
        ],
        "oldest_pending_seconds": 1, "receiver": ["breaker": "closed", "in_flight": 0],
      ])
  }

  @Test("an administrator may delete any stream; then it is 404 for everyone")
  func delete() async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let id = try await transmitter.createStreamID(token: token)
    let send = { (method: HTTPMethod) in
      try await transmitter.admin.send(method, "/v1/streams/\(id)", token: transmitter.adminToken).code
    }
    #expect(try await send(.delete) == 204)
    #expect(try await send(.delete) == 404)
    #expect(try await send(.get) == 404)
    #expect(
      try await transmitter.public.send(.get, "/ssf/stream?stream_id=\(id)", token: token).code == 404)
  }

  @Test("a stream for a client that does not exist is 404")
  func createForNobody() async throws {
    let transmitter = try await TestTransmitter()
    let response = try await transmitter.admin.send(
      .post, "/v1/streams", token: transmitter.adminToken,
      .streamRequest().with(["client_id": "nobody"]))
    #expect(response.code == 404)
    #expect(response.text.contains("nobody"))
  }

  @Test(
    "an audience that is no visible text of at most 1024 characters is 400", arguments: ["", "a\n", "a b"])
  func createWithBadAudience(audience: String) async throws {
    let transmitter = try await TestTransmitter()
    let response = try await transmitter.admin.send(
      .post, "/v1/streams", token: transmitter.adminToken,
      .streamRequest().with(["aud": .string(audience)]))
    #expect(response.code == 400)
    #expect(try response.faultPointers == ["/aud"])
  }
}
