import HTTP
package import HTTPClient

/// Our own authorization server, for clients whose company has none: client credentials in, access tokens out
/// (RFC 6749 §4.4).
package struct AuthorizationServer: Sendable {
  private let issuer: String
  private let clients: ClientAuthenticator
  private let mint: AccessTokenMint
  private let proofs: ProofDesk

  /// - Parameter http: fetches the keys that clients publish; where it may go is its policy's to say.
  package init(
    issuer: String, directory: AccessDirectory, keys: KeyRing, mint: AccessTokenMint, proofs: ProofDesk,
    http: HTTPClient, environment: Environment
  ) {
    self.issuer = issuer
    clients = ClientAuthenticator(
      directory: directory, keys: keys,
      published: PublishedClientKeys(directory: directory, http: http, environment: environment),
      environment: environment)
    self.mint = mint
    self.proofs = proofs
  }

  /// The nonce that the next proof is to hold.
  package var nonce: String { proofs.nonce }

  /// - Parameter admit: asked with the client's id when that is proven, before anything is made for it or used up:
  ///   a client that is to come again later comes with what it has shown.
  /// - Throws: `TokenRequestError`; what `admit`, the store or the signing throws.
  package func grant(
    _ request: TokenRequest, ifAdmitted admit: (_ clientID: String) throws -> Void
  ) async throws -> GrantedToken {
    // The proof comes first: a client that has to repeat it with a nonce has not used its assertion up.
    let proof = try readProof(of: request)
    let client = try await reporting {
      try await clients.prove(request.credentials, audiences: [issuer, request.endpoint.description])
    }
    try admit(client.client.id)
    let scopes = try Self.scopes(request.scopes, of: client.client)
    try await reporting { try await clients.use(client) }
    if let proof { try use(proof, of: client.client) }
    let text = try await mint.makeToken(for: client, scopes: scopes, boundTo: proof?.keyThumbprint)
    return GrantedToken(text: text, lifetime: mint.lifetime, scopes: scopes, isBound: proof != nil)
  }

  /// Tells of what is wrong with a client's credentials as the endpoint does.
  private func reporting<Result>(_ step: () async throws -> Result) async throws -> Result {
    do {
      return try await step()
    } catch let failure as AuthenticationFailure {
      switch failure {
      case .invalid(let cause): throw TokenRequestError.invalidClient(cause: cause)
      case .unavailable(let cause, let wait):
        throw TokenRequestError.unavailable(cause: cause, retryAfter: wait)
      }
    }
  }

  private static func scopes(
    _ names: [String]?, of client: Client
  ) throws(TokenRequestError) -> ScopeSet {
    guard let names else { return client.scopes }
    let scopes: ScopeSet
    do throws(ScopeError) {
      scopes = try ScopeSet(parsing: names)
    } catch {
      throw .invalidScope("one of the scopes is unknown")
    }
    guard !scopes.isEmpty, scopes.isSubset(of: client.scopes) else {
      throw .invalidScope("the client may have no more than \(client.scopes)")
    }
    return scopes
  }

  // MARK: - Proofs

  private func readProof(of request: TokenRequest) throws(TokenRequestError) -> DPoPProof? {
    guard let text = request.proof else { return nil }
    do throws(ProofFailure) {
      return try proofs.read(
        text, for: DPoPProof.Use(method: .post, url: request.endpoint), needsNonce: true)
    } catch {
      switch error {
      case .useNonce: throw .useNonce(nonce)
      case .refused(let failure): throw Self.error(failure)
      }
    }
  }

  private func use(_ proof: DPoPProof, of client: Client) throws(TokenRequestError) {
    do throws(AuthenticationFailure) {
      try proofs.use(proof, of: client.id)
    } catch {
      throw Self.error(error)
    }
  }

  private static func error(_ failure: AuthenticationFailure) -> TokenRequestError {
    switch failure {
    case .invalid(let cause): .invalidProof(cause: cause)
    case .unavailable(let cause, let wait): .unavailable(cause: cause, retryAfter: wait)
    }
  }
}
