import OpenSSL
import SQLite
import Synchronization

/// Clients and their tokens: kept in the store, mirrored in memory so that authentication never waits for it.
package final class AccessDirectory: Sendable {
  struct Contents {
    var clients: [String: Client]
    var tokens: [String: AccessToken]
    /// By client, oldest first.
    var secrets: [String: [ClientSecret]]

    init(loadedFrom database: Database) throws {
      clients = Dictionary(uniqueKeysWithValues: try database.loadClients().map { ($0.id, $0) })
      tokens = Dictionary(uniqueKeysWithValues: try database.loadTokens().map { ($0.id, $0) })
      secrets = Dictionary(grouping: try database.loadClientSecrets(), by: \.clientID)
    }
  }

  let store: Store
  let environment: Environment
  let contents: Mutex<Contents>
  package let uses: TokenUses

  package init(store: Store, environment: Environment) async throws {
    self.store = store
    self.environment = environment
    contents = Mutex(try await store.read(Contents.init(loadedFrom:)))
    uses = TokenUses(store: store, environment: environment)
  }

  // MARK: - Authentication

  /// Compared with where there is nothing to compare with, so that an unknown id costs what a known one does.
  static let noDigest = [UInt8](repeating: 0, count: 32)

  /// Whom a token stands for; nil if it is not one of ours, expired, or revoked. Nobody learns which.
  package func principal(presenting text: String) -> Principal? {
    guard let shown = TokenText(text) else { return nil }
    let (digest, now) = (shown.digest, environment.now())
    let principal = contents.withLock { contents -> Principal? in
      let token = contents.tokens[shown.id]
      let matches = constantTimeEqual(digest, token?.digest ?? Self.noDigest)
      guard matches, let token, let client = contents.clients[token.clientID], token.isLive(at: now) else {
        return nil
      }
      contents.tokens[token.id]?.lastUsed = now
      return Principal(clientID: client.id, audience: client.audience, scopes: token.scopes)
    }
    if principal != nil { uses.note(shown.id, at: now) }
    return principal
  }

  // MARK: - Clients

  /// All clients, by id.
  package var clients: [Client] {
    contents.withLock { $0.clients.values.sorted { $0.id < $1.id } }
  }

  /// A client by its id; nil if there is none.
  func knownClient(_ id: String) -> Client? {
    contents.withLock { $0.clients[id] }
  }

  /// - Throws: `AccessError.noSuchClient`.
  package func client(_ id: String) throws(AccessError) -> Client {
    guard let client = knownClient(id) else { throw .noSuchClient(id) }
    return client
  }

  /// Makes a client.
  ///
  /// - Parameter secret: a new secret that the client is to have from the start.
  /// - Throws: `AccessError.clientExists` if the id is taken, or what is malformed.
  @discardableResult
  package func createClient(
    id: String?, description: String?, audience: String?, scopes: ScopeSet, keys: ClientKeys? = nil,
    secret: NewSecret? = nil
  ) async throws -> Client {
    let client = Client(
      id: id ?? environment.newIdentifier(), description: description, audience: audience, scopes: scopes,
      keys: keys, created: environment.now())
    try Self.check(client)
    try await store.transaction { [self] transaction in
      try create(client, in: transaction)
      if let secret { try create(secret.record(of: client.id), in: transaction) }
    }
    return client
  }

  /// Deletes a client with its tokens and secrets.
  ///
  /// - Parameter belongings: deletes, in the same transaction, what else is the client's: its streams.
  /// - Throws: `AccessError.lastAdministrator` if nobody else can administer.
  package func deleteClient(
    _ id: String, with belongings: @escaping @Sendable (Transaction) throws -> Void = { _ in }
  ) async throws {
    try await store.transaction { [self] transaction in
      try requireAdministrator { $0.clientID != id }
      try belongings(transaction)
      let client = try client(id)
      guard try transaction.database.deleteClient(id) else { throw AccessError.noSuchClient(id) }
      try transaction.record(
        .clientDeleted, .client(id), before: client.audited(with: tokens(of: id), secrets(of: id)),
        at: environment.now())
      transaction.afterCommit {
        self.contents.withLock { contents in
          contents.clients[id] = nil
          contents.secrets[id] = nil
          contents.tokens = contents.tokens.filter { $0.value.clientID != id }
        }
      }
    }
  }

  /// Registers the client of a foreign issuer as a part of what it does first, so that administrators see whose that
  /// is, and can delete it. Does nothing for a client that is there already.
  package func register(_ principal: Principal, in transaction: Transaction) throws {
    guard let issuer = principal.unregisteredClientOf, knownClient(principal.clientID) == nil else { return }
    let client = Client(
      id: principal.clientID, description: "came with a token of the issuer \(issuer)", audience: nil,
      scopes: ScopeNames.foreign, created: environment.now())
    try create(client, in: transaction)
  }

  private func create(_ client: Client, in transaction: Transaction) throws {
    guard try transaction.database.insert(client) else { throw AccessError.clientExists(client.id) }
    try transaction.record(.clientCreated, .client(client.id), after: client.audited(), at: environment.now())
    transaction.afterCommit { self.contents.withLock { $0.clients[client.id] = client } }
  }

  private static func check(_ client: Client) throws(AccessError) {
    guard Client.isID(client.id) else { throw .malformedClientID(client.id) }
    guard client.description?.hasScalars(atMost: Client.longestDescription) ?? true else {
      throw .longDescription
    }
    guard client.audience?.isVisible(atMost: Client.longestAudience) ?? true else { throw .malformedAudience }
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

  /// The one in use and the one that replaces it.
  private static let mostLiveTokens = 2

  /// With those that have ended, which are kept for whoever looks for one.
  private static let mostTokens = 100

  /// Makes a token. Its text is answered now and never again.
  ///
  /// - Parameters:
  ///   - scopes: no more than the client's; nil for all of them.
  ///   - lifetime: nil for a token that does not expire.
  /// - Throws: `AccessError.tooManyTokens` where two of the client's are good.
  package func createToken(
    for clientID: String, scopes: ScopeSet?, lifetime: Duration?
  ) async throws -> IssuedToken {
    let client = try client(clientID)
    let granted = scopes ?? client.scopes
    guard granted.isSubset(of: client.scopes) else {
      throw AccessError.scopesExceedClient(granted, client.scopes)
    }
    let text = TokenText(.accessToken, environment: environment)
    let now = environment.now()
    let token = AccessToken(
      id: text.id, clientID: clientID, digest: text.digest, scopes: granted, created: now,
      expires: lifetime.map { now + $0 }, revoked: nil)
    try await store.transaction { [self] transaction in
      // It may have been deleted since we looked.
      _ = try self.client(clientID)
      let live = tokens(of: clientID).filter { $0.isLive(at: now) }
      guard live.count < Self.mostLiveTokens else { throw AccessError.tooManyTokens(live) }
      try forgetEndedTokens(of: clientID, in: transaction)
      try create(token, in: transaction)
    }
    return IssuedToken(token: token, text: text.text)
  }

  /// Ends a token at once. Revoking it again changes nothing.
  ///
  /// - Throws: `AccessError.lastAdministrator` if no other token can administer.
  package func revokeToken(_ id: String, of clientID: String) async throws {
    try await store.transaction { [self] transaction in
      let known = contents.withLock { $0.tokens[id] }
      guard let token = known, token.clientID == clientID else { throw AccessError.noSuchToken(id) }
      guard token.revoked == nil else { return }
      try requireAdministrator { $0.id != id }
      let now = environment.now()
      var revoked = token
      revoked.revoked = now
      try keep(revoked, in: transaction)
      try transaction.record(
        .tokenRevoked, .token(id), before: token.audited(), after: revoked.audited(), at: now)
    }
  }

  /// Forgets the oldest ended tokens of a client until there is room for one more.
  private func forgetEndedTokens(of clientID: String, in transaction: Transaction) throws {
    let tokens = tokens(of: clientID)
    let excess = max(tokens.count + 1 - Self.mostTokens, 0)
    for token in tokens.filter({ !$0.isLive(at: environment.now()) }).prefix(excess) {
      try transaction.database.deleteToken(token.id)
      try transaction.record(
        .tokenDeleted, .token(token.id), before: token.audited(), at: environment.now())
      transaction.afterCommit { self.contents.withLock { $0.tokens[token.id] = nil } }
    }
  }

  private func create(_ token: AccessToken, in transaction: Transaction) throws {
    try keep(token, in: transaction)
    try transaction.record(.tokenCreated, .token(token.id), after: token.audited(), at: environment.now())
  }

  private func keep(_ token: AccessToken, in transaction: Transaction) throws {
    try transaction.database.keep(token)
    transaction.afterCommit { self.contents.withLock { $0.tokens[token.id] = token } }
  }

  // MARK: - Administrators

  /// Whether a token is left that can administer.
  package var hasAdministrator: Bool { !administratorTokens.isEmpty }

  /// Makes a token that can administer, and a client for it if need be.
  ///
  /// - Parameter handOver: puts the token's text where its holder finds it. It runs before the commit: the token is
  ///   good only when its text is safe, and whatever fails leaves a state that the next call repairs.
  package func createAdministrator(handOver: @escaping @Sendable (String) throws -> Void) async throws {
    let text = TokenText(.accessToken, environment: environment)
    try await store.transaction { [self] transaction in
      let client = try administrator(in: transaction)
      let token = AccessToken(
        id: text.id, clientID: client.id, digest: text.digest, scopes: client.scopes,
        created: environment.now(), expires: nil, revoked: nil)
      try create(token, in: transaction)
      try handOver(text.text)
    }
  }

  /// The client `admin`, made if it is missing; another where somebody who cannot administer has that name.
  private func administrator(in transaction: Transaction) throws -> Client {
    let known = contents.withLock { $0.clients["admin"] }
    if let known, known.scopes.contains(.admin) { return known }
    let client = Client(
      id: known == nil ? "admin" : environment.newIdentifier(), description: "made by the transmitter",
      audience: nil, scopes: [.admin, .emit], created: environment.now())
    try create(client, in: transaction)
    return client
  }

  private var administratorTokens: [AccessToken] {
    let now = environment.now()
    return contents.withLock { contents in
      contents.tokens.values.filter { $0.scopes.contains(.admin) && $0.isLive(at: now) }
    }
  }

  /// Refuses what takes the last token away that can administer.
  private func requireAdministrator(among remains: (AccessToken) -> Bool) throws(AccessError) {
    let tokens = administratorTokens
    guard tokens.isEmpty || tokens.contains(where: remains) else { throw .lastAdministrator }
  }
}
