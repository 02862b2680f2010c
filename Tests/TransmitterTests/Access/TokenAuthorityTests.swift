import JOSE
import JSON
import OpenSSL
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

@Suite(.serialized) struct TokenAuthorityTests {
  private let domain: TestDomain
  private let keys: KeyRing
  private let provider: TestIdentityProvider

  init() async throws {
    domain = try await TestDomain()
    keys = try await KeyRing(store: domain.store, sealer: domain.sealer, environment: domain.environment)
    provider = try TestIdentityProvider()
  }

  private func authority(_ issuers: TrustedIssuer...) throws -> TokenAuthority {
    TokenAuthority(
      directory: domain.access, own: OwnTokens(issuer: TestDomain.issuer, keys: keys),
      foreign: ForeignIssuers(issuers, http: try .toLoopback(), environment: domain.environment),
      environment: domain.environment)
  }

  private func trusting(admitsOnlyRegistered: Bool = false) throws -> TokenAuthority {
    let keys = TrustedIssuer.Proof.keys(.url(try provider.site.url("/jwks")), refreshedEvery: .seconds(600))
    return try authority(provider.trusted(by: keys, admitsOnlyRegistered: admitsOnlyRegistered))
  }

  private func principal(_ authority: TokenAuthority, _ token: String) async -> Principal? {
    try? await authority.principal(presenting: token)
  }

  /// Makes the client that our own tokens are for.
  private func makeOwnClient(_ scopes: ScopeSet) async throws {
    try await domain.access.createClient(
      id: "own", description: nil, audience: nil, scopes: scopes, secret: domain.access.newSecret())
  }

  /// A token as our own endpoint issues it to that client, with claims changed.
  private func ownToken(
    _ changes: JSONObject = [:], purpose: SigningKey.Purpose = .token, type: String = "at+jwt"
  ) throws -> String {
    let key = try keys.active(.rs256, for: purpose)
    let now = domain.clock.now.seconds
    var claims: JSONObject = [
      "iss": .string(TestDomain.issuer), "aud": .string(TestDomain.issuer), "sub": "own", "client_id": "own",
      "iat": .integer(now), "exp": .integer(now + 600), "jti": "j", "scope": "ssf.read ssf.manage ssf.emit",
      "client_created": .integer(domain.clock.now.milliseconds),
    ]
    claims["credential"] = domain.access.secrets(of: "own").first.map { .string("secret:\($0.id)") }
    claims = claims.changed(by: changes)
    let header = try JOSEHeader(algorithm: .rs256, type: type, keyID: key.id)
    let token = try CompactJWS.sign(
      payload: JSONValue.object(claims).serialized(), header: header, with: key.privateKey)
    return String(decoding: token, as: UTF8.self)
  }

  @Test("a foreign client is known by its issuer's name and its id there")
  func foreignClient() async throws {
    let token = try provider.token(at: domain.clock.now)
    let found = await principal(try trusting(), token)
    #expect(
      found == Principal(clientID: "idp:app", audience: nil, scopes: [.read], unregisteredClientOf: "idp"))
  }

  @Test("a registered client has the audience and no more than the scopes that it may have here")
  func registeredClient() async throws {
    _ = try await domain.access.createClient(
      id: "idp:app", description: nil, audience: "urn:app", scopes: [.read])
    let token = try provider.token(["scope": "ssf.read ssf.manage"], at: domain.clock.now)
    let found = await principal(try trusting(), token)
    #expect(found == Principal(clientID: "idp:app", audience: "urn:app", scopes: [.read]))
  }

  @Test("an issuer may be trusted for registered clients only")
  func registeredOnly() async throws {
    let token = try provider.token(at: domain.clock.now)
    let authority = try trusting(admitsOnlyRegistered: true)
    #expect(await principal(authority, token) == nil)
    _ = try await domain.access.createClient(
      id: "idp:app", description: nil, audience: nil, scopes: [.read])
    #expect(await principal(authority, token)?.clientID == "idp:app")
  }

  @Test("a key-bound token tells its key")
  func bound() async throws {
    let token = try provider.token(["cnf": ["jkt": "thumb"]], at: domain.clock.now)
    #expect(await principal(try trusting(), token)?.keyThumbprint == "thumb")
  }

  @Test("a JWT of an issuer that is asked is passed on to it, an opaque token to the one that takes them")
  func introspection() async throws {
    provider.change {
      $0.introspection = [
        "active": true, "client_id": "app", "scope": "ssf.manage", "aud": "https://ssf.example.com",
      ]
    }
    for takesOpaque in [true, false] {
      let authority = try authority(
        provider.trusted(
          by: .introspection(
            Introspection(
              endpoint: try provider.site.url("/introspect"), clientID: "ssf", clientSecret: "s",
              takesOpaqueTokens: takesOpaque))))
      let jwt = try provider.token(at: domain.clock.now)
      #expect(await principal(authority, jwt)?.scopes == [.manage])
      #expect((await principal(authority, "opaque") != nil) == takesOpaque)
      let questions = provider.site.received.count
      for ours in ["ssft_x", "ssfs_x"] { #expect(await principal(authority, ours) == nil) }
      #expect(provider.site.received.count == questions, "nobody else sees what is ours")
    }
  }

  @Test("our own tokens are for registered clients, with no more than they may have")
  func own() async throws {
    let authority = try authority()
    #expect(await principal(authority, try ownToken()) == nil, "there is no such client")
    try await makeOwnClient([.read, .emit])
    #expect(
      await principal(authority, try ownToken())
        == Principal(clientID: "own", audience: nil, scopes: [.read, .emit]))
    #expect(await principal(authority.withoutForeignIssuers, try ownToken()) != nil)
  }

  @Test("our own tokens must be signed by a key for tokens, for us, as access tokens, and end on the second")
  func notOwn() async throws {
    try await makeOwnClient([.read])
    let authority = try authority()
    for token in [
      try ownToken(purpose: .set), try ownToken(type: "JWT"), try ownToken(type: "secevent+jwt"),
      try ownToken(["aud": "other"]), try ownToken(["iss": "other"]),
      try ownToken(["exp": .integer(domain.clock.now.seconds)]),
    ] {
      #expect(await principal(authority, token) == nil)
    }
  }

  @Test(
    "our own tokens must tell of a client and a credential that there are, in a way that can be read",
    arguments: [
      ["credential": .null], ["credential": ""], ["credential": "secret"], ["credential": "secret:"],
      ["credential": "secret:other"], ["credential": "key:other"], ["credential": "password:x"],
      ["credential": "published:nowhere"], ["credential": "published:https://app.example.com/k"],
      ["credential": 5], ["client_created": .null], ["client_created": 5], ["client_created": "x"],
    ] as [JSONObject])
  func dependence(changes: JSONObject) async throws {
    try await makeOwnClient([.read])
    let authority = try authority()
    #expect(await principal(authority, try ownToken()) != nil)
    #expect(await principal(authority, try ownToken(changes)) == nil)
  }

  @Test("where only our own word counts, no foreign token is good")
  func withoutForeignIssuers() async throws {
    let authority = try trusting().withoutForeignIssuers
    #expect(await principal(authority, try provider.token(at: domain.clock.now)) == nil)
    #expect(await principal(authority, "opaque") == nil)
    #expect(provider.site.received.isEmpty)
  }

  @Test("what is too long, or names no issuer, is refused before anybody is asked")
  func refusals() async throws {
    let authority = try trusting()
    let long = try provider.token(["x": .string(String(repeating: "x", count: 8192))], at: domain.clock.now)
    for token in [
      long, "", "a.b.c", "..", "e30.e30.e30", "opaque", "ssft_x", "e30.W10.", "e30.eyJpc3MiOjV9.",
    ] {
      #expect(await principal(authority, token) == nil)
    }
    #expect(provider.site.received.isEmpty)
  }

  @Test("a foreign client is registered with its first stream, and not without")
  func registration() async throws {
    let token = try provider.token(at: domain.clock.now)
    let found = try #require(await principal(try trusting(), token))
    let settings = ReceiverSettings(delivery: .poll(DeliveryMethodURI(.poll)))
    let register: @Sendable (Transaction) throws -> Void = { [access = domain.access] in
      try access.register(found, in: $0)
    }
    let stream = try await domain.registry.create(settings, for: found, after: register)
    #expect(stream.clientID == "idp:app")
    #expect(try domain.access.client("idp:app").scopes == ScopeNames.foreign)
    _ = try await domain.registry.create(settings, for: found, after: register)
    #expect(domain.access.clients.count == 1)
    await #expect(throws: RegistryError.self) {
      try await domain.registry.create(
        settings, for: Principal(clientID: "nobody", audience: nil, scopes: []))
    }
  }
}
