import HTTP
import HTTPClient
import JOSE
import JSON
import TestSupport
import Testing

@testable import Transmitter

/// A client that publishes its keys itself shows assertions.
@Suite struct ClientAuthenticatorTests {
  private static let audience = "https://tr.example.com/oauth/token"

  private let domain: TestDomain
  private let site: LoopbackSite
  private let key: TestKey
  private let authenticator: ClientAuthenticator

  init() async throws {
    domain = try await TestDomain()
    let key = try TestKey()
    self.key = key
    site = try LoopbackSite { _ in Response(status: .ok, body: JWKSet(keys: [key.jwk]).json.serialized()) }
    try await domain.access.createClient(
      id: "app", description: nil, audience: nil, scopes: [.read],
      keys: .published(at: site.url("/jwks")))
    authenticator = ClientAuthenticator(
      directory: domain.access,
      keys: try await KeyRing(store: domain.store, sealer: domain.sealer, environment: domain.environment),
      published: PublishedClientKeys(
        directory: domain.access, http: try .toLoopback(), environment: domain.environment),
      environment: domain.environment)
  }

  private func prove(_ changes: JSONObject = [:], clientID: String? = nil) async throws -> AuthenticatedClient
  {
    let text = try key.assertion(of: "app", for: Self.audience, at: domain.clock.now, changes)
    return try await authenticator.prove(.assertion(text, clientID: clientID), audiences: [Self.audience])
  }

  private var fetches: Int { site.count("/jwks") }

  @Test(
    "keys are not fetched for an assertion that is of no use whoever has signed it",
    arguments: [
      ["aud": "https://other.example.com"], ["exp": 1_799_999_940], ["exp": 1_800_003_601],
      ["nbf": 1_800_000_061], ["sub": "other"],
    ] as [JSONObject])
  func uselessAssertions(changes: JSONObject) async throws {
    await #expect(throws: AuthenticationFailure.self) { try await prove(changes) }
    #expect(fetches == 0)
  }

  @Test("keys are not fetched for an assertion of another client than the request names")
  func otherClient() async throws {
    await #expect(throws: AuthenticationFailure.self) { try await prove(clientID: "other") }
    #expect(fetches == 0)
    #expect(try await prove(clientID: "app").client.id == "app")
    #expect(fetches == 1)
  }

  @Test("RFC 7523 3 an assertion proves as often as it is shown, and is used once")
  func use() async throws {
    let first = try await prove()
    let second = try await prove()
    try await authenticator.use(first)
    await #expect(throws: AuthenticationFailure.self) { try await authenticator.use(second) }
  }
}
