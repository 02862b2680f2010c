import OpenSSL
import Synchronization

/// Clients and their tokens: kept in the store, mirrored in memory so that authentication never waits for it.
package final class AccessDirectory: Sendable {
  private struct Contents {
    var clients: [String: Client]
    var tokens: [String: AccessToken]
  }

  private let store: Store
  private let environment: Environment
  private let contents: Mutex<Contents>

  package init(store: Store, environment: Environment) async throws {
    let (clients, tokens) = try await store.read { (try $0.loadClients(), try $0.loadTokens()) }
    self.store = store
    self.environment = environment
    contents = Mutex(
      Contents(
        clients: Dictionary(uniqueKeysWithValues: clients.map { ($0.id, $0) }),
        tokens: Dictionary(uniqueKeysWithValues: tokens.map { ($0.id, $0) })))
  }

  // MARK: - Authentication

  /// Compared with when no token has the shown id, so that an unknown id costs what a known one does.
  private static let noDigest = [UInt8](repeating: 0, count: 32)

  /// Whom a token stands for; nil if it is not one of ours, expired, or revoked. Nobody learns which.
  package func principal(presenting text: String) -> Principal? {
    guard let shown = TokenText(text) else { return nil }
    let (token, client) = contents.withLock { contents in
      let token = contents.tokens[shown.id]
      return (token, token.flatMap { contents.clients[$0.clientID] })
    }
    let matches = constantTimeEqual(shown.digest, token?.digest ?? Self.noDigest)
    guard matches, let token, let client, token.isLive(at: environment.now()) else { return nil }
    return Principal(clientID: client.id, audience: client.audience, scopes: token.scopes)
  }

  // MARK: - Clients

  /// All clients, by id.
  package var clients: [Client] {
    contents.withLock { $0.clients.values.sorted { $0.id < $1.id } }
  }

  package func client(_ id: String) throws(AccessError) -> Client {
    guard let client = contents.withLock({ $0.clients[id] }) else { throw .noSuchClient(id) }
    return client
  }

  /// - Throws: `AccessError.clientExists` if the id is taken.
  package func createClient(
    id: String?, description: String?, audience: String?, scopes: ScopeSet
  ) async throws -> Client {
    let client = Client(
      id: id ?? environment.newIdentifier(), description: description, audience: audience, scopes: scopes,
      created: environment.now())
    guard Self.isClientID(client.id) else { throw AccessError.malformedClientID(client.id) }
    try await store.transaction { [self] transaction in
      guard try transaction.database.insert(client) else { throw AccessError.clientExists(client.id) }
      transaction.afterCommit { self.contents.withLock { $0.clients[client.id] = client } }
    }
    return client
  }

  /// Deletes a client with its tokens. Its streams are the registry's to delete first.
  package func deleteClient(_ id: String) async throws {
    try await store.transaction { [self] transaction in
      guard try transaction.database.deleteClient(id) else { throw AccessError.noSuchClient(id) }
      transaction.afterCommit {
        self.contents.withLock { contents in
          contents.clients[id] = nil
          contents.tokens = contents.tokens.filter { $0.value.clientID != id }
        }
      }
    }
  }

  /// Client ids stand in URLs, logs and shells. A path segment `.` or `..` would be resolved before it gets here.
  private static func isClientID(_ id: String) -> Bool {
    (1...128).contains(id.utf8.count) && id.utf8.first != UInt8(ascii: "-") && id != "." && id != ".."
      && id.utf8.allSatisfy { byte in
        byte >= 0x61 && byte <= 0x7A || byte >= 0x41 && byte <= 0x5A || byte >= 0x30 && byte <= 0x39
          || "-._~".utf8.contains(byte)
      }
  }

  // MARK: - Tokens

  /// A token's record and, this once, its text.
  package struct IssuedToken: Sendable {
    package let token: AccessToken
    package let text: String
  }

  /// All tokens, or those of one client, oldest first.
  package func tokens(of clientID: String? = nil) -> [AccessToken] {
    contents.withLock { contents in
      contents.tokens.values
        .filter { clientID == nil || $0.clientID == clientID }
        .sorted { ($0.created, $0.id) < ($1.created, $1.id) }
    }
  }

  /// Makes a token. Its text is answered now and never again.
  ///
  /// - Parameters:
  ///   - scopes: no more than the client's; nil for all of them.
  ///   - lifetime: nil for a token that does not expire.
  package func createToken(
    for clientID: String, scopes: ScopeSet?, lifetime: Duration?
  ) async throws -> IssuedToken {
    let client = try client(clientID)
    let granted = scopes ?? client.scopes
    guard granted.isSubset(of: client.scopes) else {
      throw AccessError.scopesExceedClient(granted, client.scopes)
    }
    let text = TokenText(environment: environment)
    let now = environment.now()
    let token = AccessToken(
      id: text.id, clientID: clientID, digest: text.digest, scopes: granted, created: now,
      expires: lifetime.map { now + $0 }, revoked: nil)
    try await keep(token)
    return IssuedToken(token: token, text: text.text)
  }

  /// Ends a token at once. Revoking it again changes nothing.
  package func revokeToken(_ id: String, of clientID: String) async throws {
    let known = contents.withLock { $0.tokens[id] }
    guard var token = known, token.clientID == clientID else { throw AccessError.noSuchToken(id) }
    guard token.revoked == nil else { return }
    token.revoked = environment.now()
    try await keep(token)
  }

  private func keep(_ token: AccessToken) async throws {
    try await store.transaction { [self] transaction in
      // It may have been deleted since the caller looked.
      _ = try client(token.clientID)
      try transaction.database.keep(token)
      transaction.afterCommit { self.contents.withLock { $0.tokens[token.id] = token } }
    }
  }
}

package enum AccessError: Error, CustomStringConvertible {
  case noSuchClient(String)
  case clientExists(String)
  case malformedClientID(String)
  case noSuchToken(String)
  case scopesExceedClient(ScopeSet, ScopeSet)

  package var description: String {
    switch self {
    case .noSuchClient(let id): "there is no client '\(id)'"
    case .clientExists(let id): "a client '\(id)' exists already; choose another id or delete that one"
    case .malformedClientID(let id):
      "'\(id)' cannot be a client id: use 1 to 128 letters, digits and . _ ~ - (not first)"
    case .noSuchToken(let id): "there is no token '\(id)' of this client"
    case .scopesExceedClient(let asked, let allowed):
      "a token cannot have the scopes '\(asked)': its client has only '\(allowed)'"
    }
  }
}
