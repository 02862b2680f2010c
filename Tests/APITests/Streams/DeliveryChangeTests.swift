import HTTP
import JSON
import Testing

/// From push to poll and back, by PATCH and by PUT.
@Suite struct DeliveryChangeTests {
  private static let push: JSONValue = [
    "method": "urn:ietf:rfc:8935", "endpoint_url": "https://receiver.example.com/events",
  ]
  private static let poll: JSONValue = ["method": "urn:ietf:rfc:8936"]

  private let transmitter: TestTransmitter
  private let token: String

  init() async throws {
    transmitter = try await TestTransmitter()
    token = try await transmitter.token()
  }

  private func change(
    _ stream: JSONValue, by method: HTTPMethod, to delivery: JSONValue
  ) async throws -> Response {
    let id = try #require(stream["stream_id"])
    return try await transmitter.public.send(
      method, "/ssf/stream", token: token, ["stream_id": id, "delivery": delivery])
  }

  private func pollEndpoint(of stream: JSONValue) throws -> JSONValue {
    .string("https://tr.example.com/ssf/poll/\(try #require(stream["stream_id"]?.stringValue))")
  }

  @Test("IMPL 6 a change of method answers where SETs go from now on", arguments: [HTTPMethod.patch, .put])
  func switched(method: HTTPMethod) async throws {
    let stream = try await transmitter.createStream(token: token)
    let polled = try await change(stream, by: method, to: Self.poll)
    #expect(polled.code == 200)
    #expect(
      try polled.json["delivery"]
        == ["method": "urn:ietf:rfc:8936", "endpoint_url": try pollEndpoint(of: stream)])
    let pushed = try await change(stream, by: method, to: Self.push)
    #expect(try pushed.json["delivery"] == Self.push)
    #expect(try pushed.json["aud"] == stream["aud"])
  }

  @Test("IMPL 6 what is queued stays queued over a change of method")
  func queue() async throws {
    let stream = try await transmitter.createStream(token: token)
    let id = try #require(stream["stream_id"]?.stringValue)
    _ = try await transmitter.admin.send(
      .post, "/v1/events", token: transmitter.adminToken, EventEndpointsTests.event)
    _ = try await change(stream, by: .patch, to: Self.poll)
    let response = try await transmitter.public.send(
      .post, "/ssf/poll/\(id)", token: token, ["returnImmediately": true])
    #expect(try response.json["sets"]?.objectValue?.count == 1)
    _ = try await change(stream, by: .patch, to: Self.push)
    #expect(try await transmitter.total("pending", of: id) == 1)
  }

  @Test("IMPL 5 the URL to poll may be sent back, and no other", arguments: [HTTPMethod.patch, .put])
  func pollURL(method: HTTPMethod) async throws {
    let stream = try await transmitter.createStream(token: token, ["delivery": Self.poll])
    let own = Self.poll.with(["endpoint_url": try pollEndpoint(of: stream)])
    #expect(try await change(stream, by: method, to: own).code == 200)
    let other = try await change(
      stream, by: method, to: Self.poll.with(["endpoint_url": "https://receiver.example.com/poll"]))
    #expect(other.code == 400)
    #expect(try other.faultPointers == ["/delivery/endpoint_url"])
  }

  @Test("IMPL 5 the URL of the push that was is no fault where poll begins")
  func formerEndpoint() async throws {
    let stream = try await transmitter.createStream(token: token)
    let delivery = Self.push.with(["method": "urn:ietf:rfc:8936"])
    #expect(try await change(stream, by: .patch, to: delivery).code == 200)
  }

  @Test("where push begins an endpoint is needed", arguments: [HTTPMethod.patch, .put])
  func endpointNeeded(method: HTTPMethod) async throws {
    let stream = try await transmitter.createStream(token: token, ["delivery": Self.poll])
    let response = try await change(stream, by: method, to: ["method": "urn:ietf:rfc:8935"])
    #expect(response.code == 400)
    #expect(try response.faultPointers == ["/delivery/endpoint_url"])
    #expect(try await transmitter.public.send(.get, "/ssf/stream", token: token).json == [stream])
  }
}
