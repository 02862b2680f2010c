import HTTP
import JSON
import Testing

@Suite(.serialized) struct StreamChangeTests {
  /// A transmitter with one stream in full dress.
  private func withStream() async throws -> (TestTransmitter, token: String, stream: JSONValue) {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let request = JSONValue.streamRequest(
      header: "Bearer push-secret", events: [Types.sessionRevoked], description: "before")
    return (transmitter, token, try await transmitter.createStream(token: token, request))
  }

  private func send(
    _ method: HTTPMethod, _ transmitter: TestTransmitter, _ token: String, _ stream: JSONValue,
    _ members: JSONObject
  ) async throws -> Response {
    let id = try #require(stream["stream_id"])
    return try await transmitter.public.send(
      method, "/ssf/stream", token: token, JSONValue.object(["stream_id": id]).with(members))
  }

  private func hasHeader(_ transmitter: TestTransmitter, _ stream: JSONValue) async throws -> Bool? {
    let id = try #require(stream["stream_id"]?.stringValue)
    let response = try await transmitter.admin.send(.get, "/v1/streams/\(id)", token: transmitter.adminToken)
    return try response.json["delivery"]?["authorization_header_set"]?.boolValue
  }

  // MARK: - PATCH

  @Test("SSF 8.1.1.3 PATCH changes what it names and leaves the rest")
  func patch() async throws {
    let (transmitter, token, stream) = try await withStream()
    let response = try await send(.patch, transmitter, token, stream, ["description": "after"])
    #expect(response.code == 200)
    #expect(try response.json == stream.with(["description": "after"]))
    let other = try await send(
      .patch, transmitter, token, stream, ["events_requested": [.string(Types.credentialChange)]])
    #expect(try other.json["events_delivered"] == [.string(Types.credentialChange)])
    #expect(try other.json["description"] == "after")
    #expect(try await hasHeader(transmitter, stream) == true)
  }

  @Test("SSF 8.1.1.3 a PATCH without changes is 200 with the configuration")
  func emptyPatch() async throws {
    let (transmitter, token, stream) = try await withStream()
    let response = try await send(.patch, transmitter, token, stream, [:])
    #expect(response.code == 200)
    #expect(try response.json == stream)
  }

  @Test("null in a PATCH removes a member")
  func patchWithNull() async throws {
    let (transmitter, token, stream) = try await withStream()
    let response = try await send(
      .patch, transmitter, token, stream, ["description": nil, "events_requested": nil])
    #expect(try response.json["description"] == nil)
    #expect(try response.json["events_delivered"] == stream["events_supported"])
  }

  @Test("PATCH replaces delivery whole: without authorization_header it is gone")
  func patchDelivery() async throws {
    let (transmitter, token, stream) = try await withStream()
    let delivery: JSONValue = ["method": "urn:ietf:rfc:8935", "endpoint_url": "https://new.example.com/x"]
    let response = try await send(.patch, transmitter, token, stream, ["delivery": delivery])
    #expect(try response.json["delivery"] == delivery)
    #expect(try await hasHeader(transmitter, stream) == false)
  }

  @Test("SSF 8.1.1 aud stays what it was when the endpoint moves")
  func audienceStays() async throws {
    let (transmitter, token, stream) = try await withStream()
    let delivery: JSONValue = ["method": "urn:ietf:rfc:8935", "endpoint_url": "https://new.example.com/x"]
    let response = try await send(.patch, transmitter, token, stream, ["delivery": delivery])
    #expect(try response.json["aud"] == "https://receiver.example.com")
  }

  // MARK: - PUT

  @Test("SSF 8.1.1.4 PUT replaces everything: what it leaves out is deleted")
  func put() async throws {
    let (transmitter, token, stream) = try await withStream()
    let delivery = try #require(stream["delivery"])
    let response = try await send(.put, transmitter, token, stream, ["delivery": delivery])
    #expect(response.code == 200)
    let replaced = try response.json
    #expect(replaced["description"] == nil)
    #expect(replaced["events_requested"] == nil)
    #expect(replaced["events_delivered"] == stream["events_supported"])
    #expect(try await hasHeader(transmitter, stream) == false)
    #expect(replaced["stream_id"] == stream["stream_id"])
  }

  @Test("a PUT without delivery is 400 and changes nothing")
  func putWithoutDelivery() async throws {
    let (transmitter, token, stream) = try await withStream()
    let response = try await send(.put, transmitter, token, stream, ["description": "after"])
    #expect(response.code == 400)
    #expect(try response.faultPointers == ["/delivery"])
    #expect(try await transmitter.public.send(.get, "/ssf/stream", token: token).json == [stream])
  }

  // MARK: - Both

  @Test("SSF 8.1.1.3 a change may send back all that was read", arguments: [HTTPMethod.patch, .put])
  func roundTrip(method: HTTPMethod) async throws {
    let (transmitter, token, stream) = try await withStream()
    let response = try await transmitter.public.send(method, "/ssf/stream", token: token, stream)
    #expect(response.code == 200)
    #expect(try response.json == stream)
  }

  @Test(
    "SSF 8.1.1.3 a transmitter-supplied member that says something else is 400",
    arguments: [
      HTTPMethod.patch, .put,
    ],
    [
      ("iss", "https://tr.example.com/"), ("aud", "https://other.example.com"), ("aud", 5),
      ("events_supported", []), ("events_delivered", ["urn:x"]), ("events_delivered", "urn:x"),
      ("min_verification_interval", 61), ("min_verification_interval", "60"), ("inactivity_timeout", 60),
    ] as [(String, JSONValue)])
  func transmitterMembers(method: HTTPMethod, member: (name: String, value: JSONValue)) async throws {
    let (transmitter, token, stream) = try await withStream()
    let body = stream.with([member.name: member.value, "description": "after"])
    let response = try await transmitter.public.send(method, "/ssf/stream", token: token, body)
    #expect(response.code == 400)
    #expect(try response.faultPointers == ["/\(member.name)"])
    #expect(try await transmitter.public.send(.get, "/ssf/stream", token: token).json == [stream])
  }

  @Test("SSF 8.1.1.3 events_delivered is compared with what it was before the change")
  func eventsDeliveredBefore() async throws {
    let (transmitter, token, stream) = try await withStream()
    let requested: JSONValue = [.string(Types.credentialChange)]
    let wrong = stream.with(["events_requested": requested, "events_delivered": requested])
    #expect(try await transmitter.public.send(.patch, "/ssf/stream", token: token, wrong).code == 400)
    let right = stream.with(["events_requested": requested])
    let response = try await transmitter.public.send(.patch, "/ssf/stream", token: token, right)
    #expect(response.code == 200)
    #expect(try response.json["events_delivered"] == requested)
  }

  @Test("SSF 8.1.1.3 of changes that race, each saying what is so, those that came too late are refused")
  func eventsDeliveredInARace() async throws {
    let (transmitter, token, stream) = try await withStream()
    let codes = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<8 {
        let requested: JSONValue = [
          .string(Types.credentialChange), .string("https://example.com/\(number)"),
        ]
        let body = stream.with(["events_requested": requested])
        group.addTask { try await transmitter.public.send(.patch, "/ssf/stream", token: token, body).code }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(codes.sorted() == [200] + Array(repeating: 400, count: 7))
  }

  @Test("the order in a list of event types says nothing")
  func orderOfEvents() async throws {
    let (transmitter, token, stream) = try await withStream()
    let supported = try #require(stream["events_supported"]?.arrayValue)
    let body = stream.with(["events_supported": .array(supported.reversed())])
    #expect(try await transmitter.public.send(.patch, "/ssf/stream", token: token, body).code == 200)
  }

  @Test(
    "RFC 7519 4.1.3 one audience in an array is the same audience, two are not",
    arguments: [HTTPMethod.patch, .put])
  func audienceInArray(method: HTTPMethod) async throws {
    let (transmitter, token, stream) = try await withStream()
    let audience = try #require(stream["aud"])
    for (value, code) in [([audience], 200), ([audience, audience], 400), ([], 400)] as [(JSONValue, Int)] {
      let body = stream.with(["aud": value])
      #expect(try await transmitter.public.send(method, "/ssf/stream", token: token, body).code == code)
    }
  }

  @Test(
    "a configuration shows the status, and a change leaves it alone", arguments: [HTTPMethod.patch, .put])
  func status(method: HTTPMethod) async throws {
    let (transmitter, token, stream) = try await withStream()
    #expect(stream["status"] == "enabled")
    let response = try await transmitter.public.send(
      method, "/ssf/stream", token: token, stream.with(["status": "disabled"]))
    #expect(response.code == 200)
    #expect(try response.json["status"] == "enabled")
  }

  @Test("unknown members of a change are ignored", arguments: [HTTPMethod.patch, .put])
  func unknownMembers(method: HTTPMethod) async throws {
    let (transmitter, token, stream) = try await withStream()
    let body = stream.with(["format": "email", "x": [1, 2]])
    let response = try await transmitter.public.send(method, "/ssf/stream", token: token, body)
    #expect(try response.json == stream)
  }

  @Test("a change without stream_id is 400", arguments: [HTTPMethod.patch, .put])
  func withoutID(method: HTTPMethod) async throws {
    let (transmitter, token, _) = try await withStream()
    let response = try await transmitter.public.send(method, "/ssf/stream", token: token, .streamRequest())
    #expect(response.code == 400)
    #expect(try response.faultPointers == ["/stream_id"])
  }

  @Test(
    "a body that cannot be right is 400 even where no stream exists",
    arguments: [
      (HTTPMethod.patch, ";{ broken"), (.put, ";{ broken"), (.patch, #"{"stream_id":5}"#),
      (.patch, #"{"stream_id":"x","description":5}"#), (.put, #"{"stream_id":"x","delivery":[]}"#),
      (.put, #"{"stream_id":"x"}"#),
    ])
  func badBodyBeforeMissingStream(method: HTTPMethod, text: String) async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    #expect(try await transmitter.public.send(method, "/ssf/stream", token: token, text: text).code == 400)
  }

  @Test(
    "what a create refuses a change refuses too, and nothing is changed", arguments: [HTTPMethod.patch, .put])
  func refusedSettings(method: HTTPMethod) async throws {
    let (transmitter, token, stream) = try await withStream()
    for url in ["https://127.0.0.1/", "https://user@a.example/", "http://a.example/"] {
      let body = stream.with(["delivery": ["method": "urn:ietf:rfc:8935", "endpoint_url": .string(url)]])
      let response = try await transmitter.public.send(method, "/ssf/stream", token: token, body)
      #expect(response.code == 400)
      #expect(try response.faultPointers == ["/delivery/endpoint_url"])
    }
    #expect(try await transmitter.public.send(.get, "/ssf/stream", token: token).json == [stream])
  }

  // MARK: - DELETE

  @Test("SSF 8.1.1.5 DELETE is 204 without a body, and the stream is 404 from then on")
  func delete() async throws {
    let (transmitter, token, stream) = try await withStream()
    let id = try #require(stream["stream_id"]?.stringValue)
    let target = "/ssf/stream?stream_id=\(id)"
    let response = try await transmitter.public.send(.delete, target, token: token)
    #expect(response.code == 204)
    #expect(response.body.isEmpty)
    #expect(try await transmitter.public.send(.delete, target, token: token).code == 404)
    #expect(try await transmitter.public.send(.get, target, token: token).code == 404)
    #expect(try await transmitter.public.send(.get, "/ssf/stream", token: token).json == [])
  }

  @Test("a deleted stream makes room for a new one")
  func deleteMakesRoom() async throws {
    let transmitter = try await TestTransmitter { $0.streamsPerClient = 1 }
    let token = try await transmitter.token()
    let id = try await transmitter.createStreamID(token: token)
    _ = try await transmitter.public.send(.delete, "/ssf/stream?stream_id=\(id)", token: token)
    _ = try await transmitter.createStream(token: token)
  }

  @Test("a DELETE without stream_id is 400, never all streams", arguments: ["", "?stream_id=", "?id=x"])
  func deleteWithoutID(query: String) async throws {
    let (transmitter, token, stream) = try await withStream()
    #expect(try await transmitter.public.send(.delete, "/ssf/stream" + query, token: token).code == 400)
    #expect(try await transmitter.public.send(.get, "/ssf/stream", token: token).json == [stream])
  }
}
