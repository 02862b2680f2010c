import HTTP
import JSON
import Testing

@Suite(.serialized) struct KeyEndpointsTests {
  @Test("the signing keys are shown by id, algorithm and state, as the key set has them")
  func list() async throws {
    let transmitter = try await TestTransmitter()
    let response = try await transmitter.admin.send(.get, "/v1/keys", token: transmitter.adminToken)
    #expect(response.code == 200)
    let keys = try #require(try response.json["keys"]?.arrayValue)
    #expect(
      keys.map(\.memberNames) == Array(repeating: ["alg", "created", "kid", "purpose", "state"], count: 4))
    #expect(keys.map { $0["alg"] } == ["RS256", "ES256", "RS256", "ES256"])
    #expect(keys.map { $0["purpose"] } == ["set", "set", "token", "token"])
    #expect(keys.first?["state"] == "active")
    let published = try await transmitter.public.send(.get, "/ssf/jwks").json
    #expect(published["keys"]?.arrayValue?.map { $0["kid"] } == keys.prefix(2).map { $0["kid"] })
  }
}
