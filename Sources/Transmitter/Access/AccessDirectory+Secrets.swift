import OpenSSL
import Synchronization

/// What clients authenticate themselves with at the token endpoint.
extension AccessDirectory {
  /// The one in use and the one that replaces it.
  static let mostSecrets = 2

  /// A secret that was made and not given to a client yet, with its text.
  package struct NewSecret: Sendable {
    /// Shown this once.
    package let text: String
    fileprivate let id: String
    fileprivate let digest: [UInt8]
    fileprivate let created: Timestamp

    func record(of clientID: String) -> ClientSecret {
      ClientSecret(id: id, clientID: clientID, digest: digest, created: created)
    }
  }

  package func newSecret() -> NewSecret {
    let text = TokenText(.clientSecret, environment: environment)
    return NewSecret(text: text.text, id: text.id, digest: text.digest, created: environment.now())
  }

  // MARK: - Authentication

  /// The secret of the client that this text is; nil if it is none. An unknown client and a wrong secret cost the
  /// same.
  func secret(of clientID: String, shownAs text: String) -> ClientSecret? {
    let known = contents.withLock { $0.secrets[clientID] ?? [] }
    let shown = SHA256.digest(Array(text.utf8))
    var found: ClientSecret?
    for index in 0..<Self.mostSecrets {
      let candidate = known.indices.contains(index) ? known[index] : nil
      if constantTimeEqual(shown, candidate?.digest ?? Self.noDigest) { found = candidate }
    }
    return found
  }

  /// The client that a token of ours was issued to, if it is still there and has what it got the token with.
  ///
  /// - Parameter created: when that client was made; one that was made at another time only has its name.
  func client(_ id: String, created: Timestamp, holding credential: CredentialID) -> Client? {
    contents.withLock { contents in
      guard let client = contents.clients[id], client.created == created else { return nil }
      let holds =
        switch credential {
        case .secret(let id): contents.secrets[client.id]?.contains { $0.id == id } ?? false
        case .key(let thumbprint): client.keys?.has(thumbprint: thumbprint) ?? false
        case .published(let url): client.keys == .published(at: url)
        }
      return holds ? client : nil
    }
  }

  // MARK: - Administration

  /// The secrets of a client, oldest first.
  package func secrets(of clientID: String) -> [ClientSecret] {
    contents.withLock { ($0.secrets[clientID] ?? []).sorted { ($0.created, $0.id) < ($1.created, $1.id) } }
  }

  /// Gives a client one more secret.
  ///
  /// - Throws: `AccessError.tooManySecrets` where it has two.
  package func createSecret(for clientID: String) async throws -> (secret: ClientSecret, text: String) {
    let new = newSecret()
    let record = new.record(of: clientID)
    try await store.transaction { [self] transaction in
      _ = try client(clientID)
      guard secrets(of: clientID).count < Self.mostSecrets else {
        throw AccessError.tooManySecrets(limit: Self.mostSecrets)
      }
      try create(record, in: transaction)
    }
    return (record, new.text)
  }

  /// Ends a secret at once, and with it the access tokens that it got.
  package func deleteSecret(_ id: String, of clientID: String) async throws {
    try await store.transaction { [self] transaction in
      guard let secret = secrets(of: clientID).first(where: { $0.id == id }) else {
        throw AccessError.noSuchSecret(id)
      }
      try transaction.database.deleteClientSecret(id)
      try transaction.record(.secretDeleted, .secret(id), before: secret.audited(), at: environment.now())
      transaction.afterCommit {
        self.contents.withLock { $0.secrets[clientID]?.removeAll { $0.id == id } }
      }
    }
  }

  func create(_ secret: ClientSecret, in transaction: Transaction) throws {
    try transaction.database.insert(secret)
    try transaction.record(.secretCreated, .secret(secret.id), after: secret.audited(), at: environment.now())
    transaction.afterCommit {
      self.contents.withLock { $0.secrets[secret.clientID, default: []].append(secret) }
    }
  }

  /// Replaces the keys of a client's assertions. What those that are gone have got ends with them; what keys have got
  /// that the client publishes, with the URL where it does.
  ///
  /// - Parameter keys: nil for a client that makes no assertions any more.
  package func changeKeys(of clientID: String, to keys: ClientKeys?) async throws -> Client {
    try await store.transaction { [self] transaction in
      let current = try client(clientID)
      var client = current
      client.keys = keys
      try transaction.database.keep(keys: keys, of: clientID)
      let changed = client
      try transaction.record(
        .clientUpdated, .client(clientID), before: current.audited(), after: changed.audited(),
        at: environment.now())
      transaction.afterCommit { self.contents.withLock { $0.clients[clientID] = changed } }
      return changed
    }
  }
}
