import HTTP
import JSON
import Testing

@Suite(.serialized) struct SecretsTests {
  @Test("the authorization header and the tokens of receivers are in no answer of any endpoint")
  func nowhere() async throws {
    let transmitter = try await TestTransmitter()
    let token = try await transmitter.token()
    let secret = "Bearer push-secret-4711"
    let created = try await transmitter.public.send(
      .post, "/ssf/stream", token: token, .streamRequest(header: secret))
    let id = try #require(try created.json["stream_id"]?.stringValue)
    let answers =
      try await [created] + publicAnswers(transmitter, token, id) + adminAnswers(transmitter, id)
    for answer in answers {
      let everything = answer.text + answer.fields.map(\.value).joined()
      for forbidden in ["push-secret-4711", token, transmitter.adminToken, "PRIVATE KEY"] {
        #expect(!everything.contains(forbidden))
      }
    }
  }

  private func publicAnswers(
    _ transmitter: TestTransmitter, _ token: String, _ id: String
  ) async throws -> [Response] {
    let api = transmitter.public
    let named: JSONValue = ["stream_id": .string(id)]
    let injected: JSONValue = [
      "method": "urn:ietf:rfc:8935", "endpoint_url": "https://a.example/",
      "authorization_header": "push-secret-4711\r\n",
    ]
    return [
      try await api.send(.get, "/ssf/stream", token: token),
      try await api.send(.get, "/ssf/stream?stream_id=\(id)", token: token),
      try await api.send(.patch, "/ssf/stream", token: token, named),
      try await api.send(.patch, "/ssf/stream", token: token, named.with(["delivery": injected])),
      try await api.send(.get, "/ssf/status?stream_id=\(id)", token: token),
      try await api.send(.get, "/ssf/stream?access_token=\(token)"),
      try await api.send(.get, "/nowhere", token: token),
    ]
  }

  private func adminAnswers(_ transmitter: TestTransmitter, _ id: String) async throws -> [Response] {
    var answers: [Response] = []
    for target in [
      "/v1/streams", "/v1/streams/\(id)", "/v1/clients", "/v1/clients/receiver",
      "/v1/clients/receiver/tokens",
      "/v1/keys",
    ] {
      answers.append(try await transmitter.admin.send(.get, target, token: transmitter.adminToken))
    }
    return answers
  }
}
