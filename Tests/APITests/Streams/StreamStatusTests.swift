import HTTP
import JSON
import Testing

@Suite(.serialized) struct StreamStatusTests {
  private func withStream() async throws -> (TestTransmitter, token: String, id: String) {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    return (transmitter, token, try await transmitter.createStreamID(token: token))
  }

  @Test("SSF 8.1.2.1 a new stream is enabled")
  func initial() async throws {
    let (transmitter, token, id) = try await withStream()
    let response = try await transmitter.public.send(.get, "/ssf/status?stream_id=\(id)", token: token)
    #expect(response.code == 200)
    #expect(try response.json == ["stream_id": .string(id), "status": "enabled"])
  }

  @Test(
    "SSF 8.1.2.2 a change is answered with the same members, and read back",
    arguments: [
      "enabled", "paused", "disabled",
    ])
  func change(status: String) async throws {
    let (transmitter, token, id) = try await withStream()
    let body: JSONValue = ["stream_id": .string(id), "status": .string(status), "reason": "maintenance"]
    for _ in 1...2 {
      let response = try await transmitter.public.send(.post, "/ssf/status", token: token, body)
      #expect(response.code == 200)
      #expect(try response.json == body)
    }
    let read = try await transmitter.public.send(.get, "/ssf/status?stream_id=\(id)", token: token)
    #expect(try read.json == body)
  }

  @Test("the reason goes with the status that it explained")
  func reasonGoes() async throws {
    let (transmitter, token, id) = try await withStream()
    let paused: JSONValue = ["stream_id": .string(id), "status": "paused", "reason": "maintenance"]
    _ = try await transmitter.public.send(.post, "/ssf/status", token: token, paused)
    let enabled: JSONValue = ["stream_id": .string(id), "status": "enabled"]
    let response = try await transmitter.public.send(.post, "/ssf/status", token: token, enabled)
    #expect(try response.json == enabled)
  }

  @Test("the conformance suite repeats stream_id in the query of the change")
  func queryIsTolerated() async throws {
    let (transmitter, token, id) = try await withStream()
    let body: JSONValue = ["stream_id": .string(id), "status": "paused"]
    let response = try await transmitter.public.send(
      .post, "/ssf/status?stream_id=\(id)", token: token, body)
    #expect(response.code == 200)
  }

  @Test(
    "SSF 8.1.2.2 a body that cannot be understood is 400 and names the member",
    arguments: [
      (";{ broken", nil), ("[]", ""), (#"{"status":"paused"}"#, "/stream_id"),
      (#"{"stream_id":"ID"}"#, "/status"), (#"{"stream_id":"ID","status":"asleep"}"#, "/status"),
      (#"{"stream_id":"ID","status":"Paused"}"#, "/status"),
      (#"{"stream_id":"ID","status":null}"#, "/status"),
      (#"{"stream_id":"ID","status":true}"#, "/status"),
      (#"{"stream_id":7,"status":"paused"}"#, "/stream_id"),
      (#"{"stream_id":"ID","status":"paused","reason":{}}"#, "/reason"),
      (#"{"stream_id":"no-such-stream","status":"asleep"}"#, "/status"),
    ] as [(String, String?)])
  func badBody(text: String, pointer: String?) async throws {
    let (transmitter, token, id) = try await withStream()
    let response = try await transmitter.public.send(
      .post, "/ssf/status", token: token, text: text.replacing("ID", with: id))
    #expect(response.code == 400)
    #expect(try response.faultPointers == (pointer.map { [$0] } ?? []))
    let read = try await transmitter.public.send(.get, "/ssf/status?stream_id=\(id)", token: token)
    #expect(try read.json["status"] == "enabled")
  }

  @Test("reading the status without stream_id is 400", arguments: ["", "?stream_id=", "?stream_id"])
  func withoutID(query: String) async throws {
    let (transmitter, token, _) = try await withStream()
    let response = try await transmitter.public.send(.get, "/ssf/status" + query, token: token)
    #expect(response.code == 400)
    #expect(response.text.contains("stream_id"))
  }

  @Test("SSF 8.1.2.1 an event for a paused stream is held, one for a disabled stream has no delivery")
  func eventsByStatus() async throws {
    let (transmitter, token, id) = try await withStream()
    for (status, deliveries, pending) in [("paused", 1, Int64(1)), ("disabled", 0, 1)] {
      let body: JSONValue = ["stream_id": .string(id), "status": .string(status)]
      _ = try await transmitter.public.send(.post, "/ssf/status", token: token, body)
      let response = try await transmitter.admin.send(
        .post, "/v1/events", token: transmitter.adminToken,
        ["type": "session-revoked", "subject": ["format": "email", "email": "jane@example.com"]])
      #expect(try response.json["deliveries"]?.arrayValue?.count == deliveries)
      #expect(try await transmitter.total("pending", of: id) == pending)
    }
  }

  @Test("a reason is cut to 1024 scalars: a letter may carry thousands of marks")
  func longReason() async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let id = try await transmitter.createStreamID(token: token)
    let reason = "e" + String(repeating: "\u{301}", count: 5000)
    let body: JSONValue = ["stream_id": .string(id), "status": "paused", "reason": .string(reason)]
    let own = try await transmitter.public.send(.post, "/ssf/status", token: token, body).json
    #expect(own["reason"]?.stringValue?.unicodeScalars.count == 1024)
    let administered = try await transmitter.admin.send(
      .patch, "/v1/streams/\(id)", token: transmitter.adminToken,
      ["status": "disabled", "reason": .string(reason)]
    ).json
    #expect(administered["reason"]?.stringValue?.unicodeScalars.count == 1024)
  }
}
