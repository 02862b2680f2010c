import HTTP
import JSON
import Testing
import Transmitter

@Suite(.serialized) struct StreamReadingTests {
  @Test("SSF 8.1.1.2 without stream_id the answer is an array, whatever the number of streams")
  func list() async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let list = { try await transmitter.public.send(.get, "/ssf/stream", token: token).json }
    #expect(try await list() == [])
    let first = try await transmitter.createStream(token: token)
    #expect(try await list() == [first])
    let second = try await transmitter.createStream(token: token)
    #expect(try await list() == [first, second])
  }

  @Test("SSF 8.1.1.2 with stream_id the answer is that stream as an object")
  func one() async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let stream = try await transmitter.createStream(token: token, .streamRequest(description: "x"))
    let id = try #require(stream["stream_id"]?.stringValue)
    let response = try await transmitter.public.send(.get, "/ssf/stream?stream_id=\(id)", token: token)
    #expect(response.code == 200)
    #expect(try response.json == stream)
  }

  @Test("SSF 8 a foreign stream is 404 in every operation, with the words for one that never was")
  func foreign() async throws {
    let transmitter = try await TestTransmitter()
    let owner = try await transmitter.token()
    let other = try await transmitter.token("other")
    let id = try await transmitter.createStreamID(token: owner)
    for target in [id, "never-was"] {
      for response in try await everyOperation(on: target, by: other, of: transmitter) {
        #expect(response.code == 404)
        #expect(try response.json["detail"]?.stringValue == "there is no stream '\(target)'")
      }
    }
    #expect(try await transmitter.public.send(.get, "/ssf/stream", token: other).json == [])
    #expect(
      try await transmitter.public.send(.get, "/ssf/status?stream_id=\(id)", token: owner).code == 200)
  }

  private func everyOperation(
    on id: String, by token: String, of transmitter: TestTransmitter
  ) async throws -> [Response] {
    let api = transmitter.public
    let named: JSONValue = ["stream_id": .string(id)]
    return [
      try await api.send(.get, "/ssf/stream?stream_id=\(id)", token: token),
      try await api.send(.patch, "/ssf/stream", token: token, named),
      try await api.send(
        .put, "/ssf/stream", token: token, .streamRequest().with(["stream_id": .string(id)])),
      try await api.send(.delete, "/ssf/stream?stream_id=\(id)", token: token),
      try await api.send(.get, "/ssf/status?stream_id=\(id)", token: token),
      try await api.send(.post, "/ssf/status", token: token, named.with(["status": "disabled"])),
      try await api.send(.post, "/ssf/verify", token: token, named),
    ]
  }

  @Test("SSF 8 the scope ssf.admin gives no view of others' streams on the public listener")
  func administrator() async throws {
    let transmitter = try await TestTransmitter()
    let id = try await transmitter.createStreamID(token: try await transmitter.token())
    let admin = try await transmitter.token("root", [.admin, .manage])
    #expect(
      try await transmitter.public.send(.get, "/ssf/stream?stream_id=\(id)", token: admin).code == 404)
  }

  @Test("an empty stream_id names no stream")
  func emptyID() async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    #expect(try await transmitter.public.send(.get, "/ssf/stream?stream_id=", token: token).code == 404)
  }
}
