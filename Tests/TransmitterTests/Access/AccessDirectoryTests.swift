import TestSupport
import Testing

@testable import Transmitter

@Suite struct AccessDirectoryTests {
  private let world: TestDomain.World
  private let domain: TestDomain
  private var access: AccessDirectory { domain.access }

  init() async throws {
    world = try TestDomain.World()
    domain = try await TestDomain(world)
  }

  private func makeClient(_ id: String = "client", scopes: ScopeSet = [.read, .manage]) async throws {
    _ = try await access.createClient(id: id, description: "for tests", audience: "aud", scopes: scopes)
  }

  private func makeToken(
    of client: String = "client", scopes: ScopeSet? = nil, lifetime: Duration? = nil
  ) async throws -> AccessDirectory.IssuedToken {
    try await access.createToken(for: client, scopes: scopes, lifetime: lifetime)
  }

  /// The text of the error that the operation ends with.
  private func refusal(of operation: () async throws -> Void) async throws -> String {
    let error = await #expect(throws: AccessError.self) { try await operation() }
    return try #require(error).description
  }

  @Test("a token stands for its client: id, audience and the token's own scopes")
  func principal() async throws {
    try await makeClient()
    let token = try await makeToken(scopes: [.read])
    #expect(
      access.principal(presenting: token.text)
        == Principal(clientID: "client", audience: "aud", scopes: [.read]))
    let full = try await makeToken()
    #expect(access.principal(presenting: full.text)?.scopes == [.read, .manage])
  }

  @Test("an unknown token stands for nobody, also with the id of a real one")
  func unknownToken() async throws {
    try await makeClient()
    let token = try await makeToken()
    let stranger = TokenText(.accessToken, environment: domain.environment)
    #expect(access.principal(presenting: stranger.text) == nil)
    #expect(access.principal(presenting: "") == nil)
    #expect(access.principal(presenting: token.text + "x") == nil)
    let forgery = TokenText(forging: token.token.id)
    #expect(forgery.id == token.token.id)
    #expect(access.principal(presenting: forgery.text) == nil)
  }

  @Test("a token ends with its lifetime, to the millisecond")
  func expiry() async throws {
    try await makeClient()
    let token = try await makeToken(lifetime: .seconds(60))
    #expect(token.token.expires == world.clock.now + .seconds(60))
    world.clock.advance(by: .milliseconds(59_999))
    #expect(access.principal(presenting: token.text) != nil)
    world.clock.advance(by: .milliseconds(1))
    #expect(access.principal(presenting: token.text) == nil)
  }

  @Test("a revoked token ends at once; revoking it again keeps the first time")
  func revocation() async throws {
    try await makeClient()
    let (token, other) = (try await makeToken(), try await makeToken())
    try await access.revokeToken(token.token.id, of: "client")
    #expect(access.principal(presenting: token.text) == nil)
    #expect(access.principal(presenting: other.text) != nil)
    let revoked = world.clock.now
    world.clock.advance(by: .seconds(5))
    try await access.revokeToken(token.token.id, of: "client")
    #expect(access.tokens(of: "client").first { $0.id == token.token.id }?.revoked == revoked)
  }

  @Test("a token of another client, or of none, cannot be revoked")
  func foreignRevocation() async throws {
    try await makeClient()
    try await makeClient("other")
    let token = try await makeToken()
    for (id, client) in [(token.token.id, "other"), ("unknown", "client")] {
      let text = try await refusal { try await access.revokeToken(id, of: client) }
      #expect(text.contains("there is no token '\(id)'"))
    }
    #expect(access.principal(presenting: token.text) != nil)
  }

  @Test("a token has no scope that its client lacks")
  func scopes() async throws {
    try await makeClient(scopes: [.read])
    let text = try await refusal { _ = try await makeToken(scopes: [.read, .emit]) }
    #expect(text.contains("'ssf.read ssf.emit'") && text.contains("only 'ssf.read'"))
    #expect(access.tokens(of: "client").isEmpty)
  }

  @Test("a token for a client that does not exist is refused")
  func tokenOfNobody() async throws {
    #expect(try await refusal { _ = try await makeToken() } == "there is no client 'client'")
  }

  @Test("a client goes with its tokens, and its id may be taken again without them")
  func deletion() async throws {
    try await makeClient()
    try await makeClient("other")
    let (token, other) = (try await makeToken(), try await makeToken(of: "other"))
    try await access.deleteClient("client")
    #expect(access.principal(presenting: token.text) == nil)
    #expect(access.principal(presenting: other.text) != nil)
    #expect(access.clients.map(\.id) == ["other"])
    #expect(access.tokens().map(\.clientID) == ["other"])
    try await makeClient()
    #expect(access.principal(presenting: token.text) == nil)
    #expect(try await refusal { try await access.deleteClient("nobody") } == "there is no client 'nobody'")
  }

  @Test("tokens that are being made while their client is deleted leave no trace")
  func deletionMeanwhile() async throws {
    try await makeClient()
    let deletion = Task { try await access.deleteClient("client") }
    let results = await withTaskGroup(of: Result<AccessDirectory.IssuedToken, any Error>.self) { group in
      for _ in 0..<100 { group.addTask { await Result { try await makeToken() } } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    try await deletion.value
    for result in results {
      switch result {
      case .success(let issued): #expect(access.principal(presenting: issued.text) == nil)
      case .failure(let error): #expect(error is AccessError, "\(error)")
      }
    }
    #expect(access.tokens().isEmpty)
  }

  @Test("a client's id is taken once", arguments: ["a", "A-b.c_d~9", String(repeating: "x", count: 128)])
  func clientID(id: String) async throws {
    try await makeClient(id)
    let text = try await refusal { try await makeClient(id) }
    #expect(text.contains("a client '\(id)' exists already"))
    #expect(try access.client(id).description == "for tests")
  }

  @Test(
    "an id that would not survive URLs and shells is refused",
    arguments: ["", "-a", "a b", "a/b", "é", "a\n", String(repeating: "x", count: 129)])
  func malformedClientID(id: String) async throws {
    #expect(try await refusal { try await makeClient(id) }.contains("cannot be a client id"))
    #expect(access.clients.isEmpty)
  }

  @Test("a client without an id gets one of 26 characters")
  func generatedID() async throws {
    let client = try await access.createClient(id: nil, description: nil, audience: nil, scopes: [.read])
    #expect(client.id.utf8.count == 26)
    #expect(client.created == world.clock.now)
  }

  @Test("clients and tokens are the same after a restart, with expiry and revocation")
  func persistence() async throws {
    try await makeClient()
    let lasting = try await makeToken(scopes: [.manage])
    let revoked = try await makeToken()
    try await access.revokeToken(revoked.token.id, of: "client")
    let expiring = try await makeToken(lifetime: .seconds(60))
    let (clients, tokens) = (access.clients, access.tokens())

    let reopened = try await domain.reopened().access
    #expect(reopened.clients == clients)
    #expect(reopened.tokens() == tokens)
    #expect(reopened.principal(presenting: lasting.text)?.scopes == [.manage])
    #expect(reopened.principal(presenting: revoked.text) == nil)
    world.clock.advance(by: .seconds(60))
    #expect(reopened.principal(presenting: expiring.text) == nil)
  }

  @Test("P14 no part of a token but its id is in the files")
  func noSecretAtRest() async throws {
    try await makeClient()
    let token = try await makeToken()
    #expect(try !world.directory.files(holding: token.token.id).isEmpty)
    let secret = token.text.dropFirst(5 + 16)
    #expect(try world.directory.files(holding: String(secret.prefix(20))).isEmpty)
    #expect(try world.directory.files(holding: String(secret.dropLast(7).suffix(20))).isEmpty)
    try await domain.store.close()
    #expect(try world.directory.files(holding: String(secret.prefix(20))).isEmpty)
  }
}
