import HTTP
import JOSE
import JSON
import TestSupport
import Testing
import Transmitter

/// What ends the access tokens of our own endpoint early, and what does not.
@Suite(.serialized) struct TokenLifeTests {
  private let client: TokenClient
  private var transmitter: TestTransmitter { client.transmitter }

  init() async throws {
    client = try await TokenClient()
  }

  private func token(_ answer: Response) throws -> String {
    try #require(try answer.json["access_token"]?.stringValue)
  }

  private func opens(_ token: String) async throws -> Bool {
    try await transmitter.public.send(.get, "/ssf/stream", token: token).code == 200
  }

  @Test("F16 a clock that is set back has no client get tokens that are good for nothing")
  func clockSetBack() async throws {
    transmitter.clock.step(by: .seconds(-3600))
    #expect(try await opens(token(client.ask(client.secretForm))))
    #expect(try await opens(token(client.ask(withAssertion: client.assertion()))))
  }

  @Test("a client made anew, within the same second and with the same key, has no token of the former")
  func madeAnew() async throws {
    let token = try token(await client.ask(withAssertion: client.assertion()))
    #expect(try await opens(token))
    try await transmitter.access.deleteClient("app")
    transmitter.clock.advance(by: .milliseconds(1))
    try await transmitter.access.createClient(
      id: "app", description: nil, audience: nil, scopes: [.read, .manage],
      keys: .registered(JWKSet(keys: [client.key.jwk])))
    #expect(try await !opens(token))
  }

  @Test("what published keys got ends when an administrator puts another jwks_uri in the place of theirs")
  func movedKeys() async throws {
    let keys = JWKSet(keys: [client.key.jwk]).json
    let site = try LoopbackSite { _ in Response(status: .ok, body: keys.serialized()) }
    let place = try site.url("/jwks")
    _ = try await transmitter.access.changeKeys(of: "app", to: .published(at: place))
    let token = try token(await client.ask(withAssertion: client.assertion()))
    #expect(try await opens(token))
    for other: ClientKeys? in [.published(at: try site.url("/other")), .registered(JWKSet(keys: [])), nil] {
      _ = try await transmitter.access.changeKeys(of: "app", to: other)
      #expect(try await !opens(token))
      _ = try await transmitter.access.changeKeys(of: "app", to: .published(at: place))
      #expect(try await opens(token))
    }
  }
}
