package import HTTP

/// What a client asks the token endpoint for: an access token of its own (RFC 6749 §4.4).
package struct TokenRequest: Sendable {
  /// The URL that was called, as clients know it.
  let endpoint: HTTPURL
  let credentials: ClientCredentials
  /// The names of the scopes it asks for; nil for all that the client may have.
  let scopes: [String]?
  /// The `DPoP` field: a key to bind the token to.
  let proof: String?

  package init(endpoint: HTTPURL, credentials: ClientCredentials, scopes: [String]?, proof: String?) {
    self.endpoint = endpoint
    self.credentials = credentials
    self.scopes = scopes
    self.proof = proof
  }
}

/// An access token as its client gets it (RFC 6749 §5.1).
package struct GrantedToken: Sendable {
  package let text: String
  package let lifetime: Duration
  package let scopes: ScopeSet
  /// Whether each use of it needs a proof.
  package let isBound: Bool
}

/// Why there is no access token (RFC 6749 §5.2). Causes are for the log alone.
package enum TokenRequestError: Error, Sendable {
  case invalidClient(cause: String)
  case invalidScope(String)
  case invalidProof(cause: String)
  /// The proof must hold this nonce (RFC 9449 §8).
  case useNonce(String)
  case unavailable(cause: String, retryAfter: Duration)
}
