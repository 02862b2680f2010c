import JOSE

/// Says which client calls the token endpoint.
struct ClientAuthenticator: Sendable {
  let directory: AccessDirectory
  /// The keys of access tokens: they stand in where a client has none, so that an unknown client costs what a known
  /// one does.
  let keys: KeyRing
  let published: PublishedClientKeys
  let environment: Environment

  /// Nothing is used up by it: see ``use(_:)``.
  ///
  /// - Parameter audiences: see ``ClientAssertion/check(audiences:at:)``.
  /// - Throws: `AuthenticationFailure`, whose cause is for the log alone.
  func prove(
    _ credentials: ClientCredentials, audiences: [String]
  ) async throws(AuthenticationFailure) -> AuthenticatedClient {
    switch credentials {
    case .secret(let clientID, let secret): try client(clientID, showing: secret)
    case .assertion(let text, let clientID): try await client(clientID, showing: text, audiences)
    }
  }

  private func client(_ id: String, showing secret: String) throws(AuthenticationFailure)
    -> AuthenticatedClient
  {
    guard let known = directory.secret(of: id, shownAs: secret), let client = directory.knownClient(id) else {
      throw .invalid("no secret of a client '\(id.cut(toScalars: 100))'")
    }
    return AuthenticatedClient(client: client, credential: .secret(known.id))
  }

  // MARK: - Assertions

  /// What an assertion says of itself is looked at first: it costs nothing, where keys may have to be fetched.
  private func client(
    _ id: String?, showing text: String, _ audiences: [String]
  ) async throws(AuthenticationFailure) -> AuthenticatedClient {
    let assertion = try ClientAssertion(parsing: text)
    try assertion.check(audiences: audiences, at: environment.now())
    guard id == nil || id == assertion.clientID else {
      throw .invalid("the assertion is of another client than client_id says")
    }
    guard let client = directory.knownClient(assertion.clientID) else {
      // As long as for a client that is known.
      _ = try verify(assertion.token, with: JWKSet(keys: []))
      throw .invalid("the assertion is of no client")
    }
    let credential = try await verify(assertion.token, of: client)
    return AuthenticatedClient(client: client, credential: credential, assertion: assertion)
  }

  /// Verifies the signature with one of the client's keys, and tells which.
  private func verify(
    _ token: CompactJWS, of client: Client
  ) async throws(AuthenticationFailure) -> CredentialID {
    switch client.keys {
    case .published(let url):
      try await published.verify(token, of: client.id, at: url)
      return .published(at: url)
    case .registered(let set): return .key(try verify(token, with: set).thumbprint)
    case nil: return .key(try verify(token, with: JWKSet(keys: [])).thumbprint)
    }
  }

  private func verify(_ token: CompactJWS, with keys: JWKSet) throws(AuthenticationFailure) -> JWK {
    let candidates = keys.candidates(for: token.header)
    let tried = candidates.isEmpty ? standIns(for: token.header) : candidates
    let signer = tried.first { (try? token.verify(with: $0, allowing: SignatureAlgorithm.allCases)) != nil }
    guard let signer, !candidates.isEmpty else {
      throw .invalid("no key of the client has signed the assertion")
    }
    return signer
  }

  private func standIns(for header: JOSEHeader) -> [JWK] {
    (try? keys.active(header.algorithm, for: .token)).map { [$0.publicKey] } ?? []
  }

  /// Notes in the store that the assertion was used, so that no restart forgets it (RFC 7523 §3, 7). A secret may be
  /// used again.
  ///
  /// - Throws: `AuthenticationFailure` if it was used before; `StoreError` where its use cannot be remembered.
  func use(_ client: AuthenticatedClient) async throws {
    guard let assertion = client.assertion else { return }
    let now = environment.now()
    let isFirst = try await directory.store.transaction { transaction in
      try transaction.database.deleteUsedAssertions(before: now)
      return try transaction.database.insertUsedAssertion(assertion.digest, expires: assertion.remembered)
    }
    guard isFirst else { throw AuthenticationFailure.invalid("the assertion was used before") }
  }
}
