import JOSE

/// Says which client calls the token endpoint.
struct ClientAuthenticator: Sendable {
  let directory: AccessDirectory
  /// The keys of access tokens: they stand in where a client has none, so that an unknown client costs what a known
  /// one does.
  let keys: KeyRing
  let published: PublishedClientKeys
  let environment: Environment

  /// - Parameter audiences: see ``ClientAssertion/check(audiences:at:)``.
  /// - Throws: `AuthenticationFailure`, whose cause is for the log alone; `StoreError` where the use of an assertion
  ///   cannot be remembered.
  func authenticate(
    _ credentials: ClientCredentials, audiences: [String]
  ) async throws -> AuthenticatedClient {
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

  private func client(
    _ id: String?, showing text: String, _ audiences: [String]
  ) async throws -> AuthenticatedClient {
    let assertion = try ClientAssertion(parsing: text)
    let client = directory.knownClient(assertion.clientID)
    let credential = try await verify(assertion.token, of: client)
    try assertion.check(audiences: audiences, at: environment.now())
    guard let client, id == nil || id == client.id else {
      throw AuthenticationFailure.invalid("the assertion is of no client, or another than client_id says")
    }
    try await use(assertion)
    return AuthenticatedClient(client: client, credential: credential)
  }

  /// Verifies the signature with one of the client's keys, and tells which.
  private func verify(
    _ token: CompactJWS, of client: Client?
  ) async throws(AuthenticationFailure) -> CredentialID {
    switch client?.keys {
    case .published(let url):
      try await published.verify(token, of: client?.id ?? "", at: url)
      return .published(at: url)
    case .registered(let set): return .key(try verify(token, with: set.keys).thumbprint)
    case nil: return .key(try verify(token, with: []).thumbprint)
    }
  }

  private func verify(_ token: CompactJWS, with keys: [JWK]) throws(AuthenticationFailure) -> JWK {
    let candidates = Self.candidates(for: token.header, among: keys)
    let tried = candidates.isEmpty ? standIns(for: token.header) : candidates
    let signer = tried.first { (try? token.verify(with: $0, allowing: SignatureAlgorithm.allCases)) != nil }
    guard let signer, !candidates.isEmpty else {
      throw .invalid("no key of the client has signed the assertion")
    }
    return signer
  }

  /// A token that names no key costs a verification for each key that it may be of.
  private static let mostCandidates = 4

  private static func candidates(for header: JOSEHeader, among keys: [JWK]) -> [JWK] {
    let fitting = keys.filter { $0.algorithm == header.algorithm }
    guard let keyID = header.keyID else { return Array(fitting.prefix(mostCandidates)) }
    return fitting.filter { $0.keyID == keyID }
  }

  private func standIns(for header: JOSEHeader) -> [JWK] {
    (try? keys.active(header.algorithm, for: .token)).map { [$0.publicKey] } ?? []
  }

  /// Notes in the store that an assertion was used, so that no restart forgets it (RFC 7523 §3, 7).
  private func use(_ assertion: ClientAssertion) async throws {
    let now = environment.now()
    let isFirst = try await directory.store.transaction { transaction in
      try transaction.database.deleteUsedAssertions(before: now)
      return try transaction.database.insertUsedAssertion(assertion.digest, expires: assertion.remembered)
    }
    guard isFirst else { throw AuthenticationFailure.invalid("the assertion was used before") }
  }
}
