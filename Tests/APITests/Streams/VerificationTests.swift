import HTTP
import JSON
import TestSupport
import Testing

@Suite(.serialized) struct VerificationTests {
  private func verify(
    _ transmitter: TestTransmitter, _ token: String, _ body: JSONValue
  ) async throws -> Response {
    try await transmitter.public.send(.post, "/ssf/verify", token: token, body)
  }

  @Test(
    "SSF 8.1.4.2 a verification is 204 without a body, and one more SET is queued",
    arguments: [
      nil, "", "VGhpcyBpcyBhbiBleGFtcGxlIHN0YXRl",
    ])
  func accepted(state: String?) async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let id = try await transmitter.createStreamID(token: token)
    var body: JSONObject = ["stream_id": .string(id)]
    body["state"] = state.map(JSONValue.string)
    let response = try await verify(transmitter, token, .object(body))
    #expect(response.code == 204)
    #expect(response.body.isEmpty)
    #expect(try await transmitter.total("pending", of: id) == 1)
  }

  @Test("SSF 8.1.1 min_verification_interval: sooner is 429 with Retry-After, and nothing is queued")
  func tooSoon() async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let id = try await transmitter.createStreamID(token: token)
    let body: JSONValue = ["stream_id": .string(id)]
    #expect(try await verify(transmitter, token, body).code == 204)
    transmitter.clock.advance(by: .milliseconds(20_500))
    let refused = try await verify(transmitter, token, body)
    #expect(refused.code == 429)
    #expect(refused.fields["Retry-After"] == "40")
    #expect(try refused.json["type"] == "urn:ssf-transmitter:problem:too-soon")
    #expect(try await transmitter.total("accepted", of: id) == 1)
    transmitter.clock.advance(by: .seconds(40))
    #expect(try await verify(transmitter, token, body).code == 204)
  }

  @Test("a refused request does not start the interval again, and other streams have their own")
  func intervalIsPerStream() async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let first: JSONValue = ["stream_id": .string(try await transmitter.createStreamID(token: token))]
    let second: JSONValue = ["stream_id": .string(try await transmitter.createStreamID(token: token))]
    #expect(try await verify(transmitter, token, first).code == 204)
    transmitter.clock.advance(by: .seconds(59))
    #expect(try await verify(transmitter, token, first).code == 429)
    #expect(try await verify(transmitter, token, second).code == 204)
    transmitter.clock.advance(by: .seconds(1))
    #expect(try await verify(transmitter, token, first).code == 204)
  }

  @Test("the verification that follows a create does not count against the interval")
  func afterCreate() async throws {
    let transmitter = try await TestTransmitter { $0.verifiesNewStreams = true }
    let token = try await transmitter.token()
    let id = try await transmitter.createStreamID(token: token)
    #expect(try await transmitter.total("pending", of: id) == 1)
    #expect(try await verify(transmitter, token, ["stream_id": .string(id)]).code == 204)
    #expect(try await transmitter.total("pending", of: id) == 2)
  }

  @Test(
    "a verification of a paused stream is held, of a disabled one counted as dropped",
    arguments: [
      ("paused", "pending"), ("disabled", "dropped"),
    ])
  func stoppedStream(status: String, total: String) async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let id = try await transmitter.createStreamID(token: token)
    let named: JSONValue = ["stream_id": .string(id)]
    _ = try await transmitter.public.send(
      .post, "/ssf/status", token: token, named.with(["status": .string(status)]))
    #expect(try await verify(transmitter, token, named).code == 204)
    #expect(try await transmitter.total(total, of: id) == 1)
  }

  @Test(
    "SSF 8.1.4.2 a body that cannot be understood is 400",
    arguments: [
      (";{ broken", nil), ("{}", "/stream_id"), (#"{"stream_id":5}"#, "/stream_id"),
      (#"{"stream_id":"x","state":{}}"#, "/state"), (#"{"stream_id":"x","state":5}"#, "/state"),
      (#"{"stream_id":"x","state":"\#(String(repeating: "s", count: 1025))"}"#, "/state"),
    ] as [(String, String?)])
  func badBody(text: String, pointer: String?) async throws {
    let transmitter = try await TestTransmitter()
    let response = try await transmitter.public.send(
      .post, "/ssf/verify", token: try await transmitter.token(), text: text)
    #expect(response.code == 400)
    #expect(try response.faultPointers == (pointer.map { [$0] } ?? []))
  }
}
