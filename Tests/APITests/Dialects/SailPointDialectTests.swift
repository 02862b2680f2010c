import HTTP
import JSON
import TestSupport
import Testing

@Suite(.serialized) struct SailPointDialectTests {
  private static let path = "/ssf/v1/streams"
  private static let push: JSONValue = [
    "method": "urn:ietf:rfc:8935", "endpoint_url": "https://receiver.example.com/events",
  ]

  /// A transmitter with a stream made through this family.
  private func withStream(
    _ delivery: JSONValue = push.with(["authorization_header": "Bearer secret"])
  ) async throws -> (TestTransmitter, token: String, stream: JSONValue) {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let response = try await transmitter.public.send(
      .post, Self.path, token: token, ["delivery": delivery, "description": "before"])
    try #require(response.code == 201, "\(response.text)")
    return (transmitter, token, try response.json)
  }

  private func send(
    _ method: HTTPMethod, _ transmitter: TestTransmitter, _ token: String, _ stream: JSONValue,
    _ members: JSONObject
  ) async throws -> Response {
    let named: JSONValue = ["stream_id": try #require(stream["stream_id"])]
    return try await transmitter.public.send(method, Self.path, token: token, named.with(members))
  }

  private func hasHeader(_ transmitter: TestTransmitter, _ stream: JSONValue) async throws -> Bool? {
    let id = try #require(stream["stream_id"]?.stringValue)
    let response = try await transmitter.admin.send(.get, "/v1/streams/\(id)", token: transmitter.adminToken)
    return try response.json["delivery"]?["authorization_header_set"]?.boolValue
  }

  // MARK: - Answers

  @Test("a stream is answered with a plain aud, and without updatedAt")
  func configuration() async throws {
    let (transmitter, token, stream) = try await withStream()
    #expect(
      stream.memberNames == [
        "aud", "delivery", "description", "events_delivered", "events_supported", "iss",
        "min_verification_interval", "stream_id",
      ])
    #expect(stream["aud"] == "https://receiver.example.com")
    #expect(stream["delivery"] == Self.push)
    let id = try #require(stream["stream_id"]?.stringValue)
    let single = try await transmitter.public.send(.get, Self.path + "?stream_id=\(id)", token: token)
    #expect(try single.json == stream)
    #expect(try await transmitter.public.send(.get, Self.path, token: token).json == [stream])
  }

  @Test("the answer to a change tells when", arguments: [HTTPMethod.patch, .put])
  func updatedAt(method: HTTPMethod) async throws {
    let (transmitter, token, stream) = try await withStream()
    transmitter.clock.advance(by: .milliseconds(1500))
    let response = try await send(
      method, transmitter, token, stream, ["delivery": Self.push, "description": "after"])
    #expect(
      try response.json == stream.with(["description": "after", "updatedAt": "2027-01-15T08:00:01.500Z"]))
  }

  @Test(
    "GET without stream_id lists what has the text of aud in its audience",
    arguments: [
      ("", 1), ("?aud=https://receiver.example.com", 1), ("?aud=receiver", 1), ("?aud=RECEIVER", 0),
      ("?aud=", 1), ("?aud=other", 0),
    ])
  func audienceFilter(query: String, count: Int) async throws {
    let (transmitter, token, _) = try await withStream()
    let response = try await transmitter.public.send(.get, Self.path + query, token: token)
    #expect(try response.json.arrayValue?.count == count)
  }

  @Test("streams that are polled are shown with their URL")
  func polledStream() async throws {
    let (_, _, stream) = try await withStream(["method": "urn:ietf:rfc:8936"])
    let id = try #require(stream["stream_id"]?.stringValue)
    #expect(stream["delivery"]?["endpoint_url"] == .string("https://tr.example.com/ssf/poll/\(id)"))
  }

  @Test("a status is what it is, with its reason", arguments: ["enabled", "paused", "disabled"])
  func status(status: String) async throws {
    let (transmitter, token, stream) = try await withStream()
    let id = try #require(stream["stream_id"]?.stringValue)
    let body: JSONValue = ["stream_id": .string(id), "status": .string(status), "reason": "manually"]
    let changed = try await transmitter.public.send(.post, Self.path + "/status", token: token, body)
    let read = try await transmitter.public.send(.get, Self.path + "/status?stream_id=\(id)", token: token)
    #expect(try changed.json == body)
    #expect(try read.json == body)
  }

  @Test(
    "every version of the API is served on the same streams",
    arguments: ["/ssf/v1/streams", "/v2025/ssf/streams", "/v2026/ssf/streams", "/latest/ssf/streams"])
  func versions(base: String) async throws {
    let (transmitter, token, stream) = try await withStream()
    let id = try #require(stream["stream_id"]?.stringValue)
    let family = Family(
      name: base, configuration: base, status: base + "/status", verification: base + "/verify")
    for operation in family.operations {
      let response = try await operation.send(to: transmitter, token: token, stream: id)
      #expect(response.code == operation.success, "\(operation.name)")
    }
    let gone = try await transmitter.public.send(.get, base + "?stream_id=\(id)", token: token)
    #expect(try gone.json["detailCode"] == "404 Not found")
  }

  // MARK: - Discovery

  @Test(
    "the metadata announces this family, with the issuer and keys of the others",
    arguments: ["/.well-known/v1/ssf-configuration", "/v2025/.well-known/ssf-configuration"])
  func metadata(target: String) async throws {
    let transmitter = try await TestTransmitter()
    let response = try await transmitter.public.send(.get, target)
    #expect(response.code == 200)
    #expect(response.fields["Content-Type"] == "application/json")
    #expect(
      try response.json == [
        "spec_version": "1_0", "issuer": "https://tr.example.com",
        "jwks_uri": "https://tr.example.com/ssf/v1/jwks",
        "delivery_methods_supported": ["urn:ietf:rfc:8935", "urn:ietf:rfc:8936"],
        "configuration_endpoint": "https://tr.example.com/ssf/v1/streams",
        "status_endpoint": "https://tr.example.com/ssf/v1/streams/status",
        "verification_endpoint": "https://tr.example.com/ssf/v1/streams/verify",
        "authorization_schemes": [["spec_urn": "urn:ietf:rfc:6749"], ["spec_urn": "urn:ietf:rfc:6750"]],
        "default_subjects": "ALL",
      ])
  }

  @Test("the same keys are at every version's path", arguments: ["/ssf/v1/jwks", "/latest/ssf/jwks"])
  func keys(target: String) async throws {
    let transmitter = try await TestTransmitter()
    let response = try await transmitter.public.send(.get, target, token: "nonsense")
    #expect(response.fields["Content-Type"] == "application/json")
    #expect(try await transmitter.public.send(.get, "/ssf/jwks").json == response.json)
  }

  // MARK: - Requests

  @Test(
    "what must be there is named when it is missing",
    arguments: [
      (HTTPMethod.post, "{}", "delivery"), (.post, #"{"delivery":{}}"#, "delivery.method"),
      (.post, #"{"delivery":{"method":"urn:ietf:rfc:8935"}}"#, "delivery.endpoint_url"),
      (.put, #"{"stream_id":"x"}"#, "delivery"),
      (.put, #"{"stream_id":"x","delivery":{}}"#, "delivery.method"),
      (.put, #"{"delivery":{"method":"urn:ietf:rfc:8936"}}"#, "stream_id"), (.patch, "{}", "stream_id"),
    ])
  func missingMembers(method: HTTPMethod, body: String, member: String) async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let response = try await transmitter.public.send(method, Self.path, token: token, text: body)
    #expect(response.code == 400)
    #expect(try response.json["detailCode"] == "400.1 Bad Request Content")
    #expect(try response.json["causes"]?.arrayValue?.first?["text"] == .string("\(member): is missing"))
  }

  @Test(
    "a stream to delete, and a status to read, must be named",
    arguments: [
      (HTTPMethod.delete, ""), (.delete, "?stream_id="), (.get, "/status"), (.get, "/status?stream_id="),
    ])
  func missingStreamID(method: HTTPMethod, suffix: String) async throws {
    let (transmitter, token, stream) = try await withStream()
    let response = try await transmitter.public.send(method, Self.path + suffix, token: token)
    #expect(response.code == 400)
    #expect(try response.json["detailCode"] == "400.1 Bad Request Content")
    #expect(try await transmitter.public.send(.get, Self.path, token: token).json == [stream])
  }

  @Test(
    "PATCH merges delivery member by member",
    arguments: [
      ([:], "https://receiver.example.com/events", true),
      (["endpoint_url": "https://receiver.example.com/new"], "https://receiver.example.com/new", true),
      (["authorization_header": "Bearer other"], "https://receiver.example.com/events", true),
      (["authorization_header": nil], "https://receiver.example.com/events", false),
      (["method": "urn:ietf:rfc:8935"], "https://receiver.example.com/events", true),
    ] as [(JSONObject, String, Bool)])
  func mergedDelivery(sent: JSONObject, endpoint: String, hasHeader: Bool) async throws {
    let (transmitter, token, stream) = try await withStream()
    let response = try await send(.patch, transmitter, token, stream, ["delivery": .object(sent)])
    #expect(response.code == 200)
    #expect(try response.json["delivery"] == Self.push.with(["endpoint_url": .string(endpoint)]))
    #expect(try await self.hasHeader(transmitter, stream) == hasHeader)
  }

  @Test("PUT replaces delivery whole: without authorization_header it is gone")
  func replacedDelivery() async throws {
    let (transmitter, token, stream) = try await withStream()
    let response = try await send(.put, transmitter, token, stream, ["delivery": Self.push])
    #expect(response.code == 200)
    #expect(try response.json["description"] == nil)
    #expect(try await hasHeader(transmitter, stream) == false)
  }

  @Test("PATCH changes between push and poll, and names what that lacks")
  func changeOfMethod() async throws {
    let (transmitter, token, stream) = try await withStream()
    let poll: JSONValue = ["method": "urn:ietf:rfc:8936"]
    let polled = try await send(.patch, transmitter, token, stream, ["delivery": poll])
    #expect(polled.code == 200)
    let url = try #require(try polled.json["delivery"]?["endpoint_url"])
    for delivery in [["endpoint_url": url], poll.with(["endpoint_url": url])] as [JSONValue] {
      #expect(try await send(.patch, transmitter, token, stream, ["delivery": delivery]).code == 200)
    }
    let foreign: JSONValue = ["endpoint_url": "https://receiver.example.com/events"]
    #expect(try await send(.patch, transmitter, token, stream, ["delivery": foreign]).code == 400)
    let bare: JSONValue = ["method": "urn:ietf:rfc:8935"]
    let refused = try await send(.patch, transmitter, token, stream, ["delivery": bare])
    #expect(try refused.json["causes"]?.arrayValue?.first?["text"] == "delivery.endpoint_url: is missing")
    let pushed = try await send(.patch, transmitter, token, stream, ["delivery": Self.push])
    #expect(try pushed.json["delivery"] == Self.push)
  }
}
