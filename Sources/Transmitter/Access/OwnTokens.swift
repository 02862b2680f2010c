import JOSE
import JSON

/// The JWT access tokens that we issue ourselves, judged by our own keys for them, never by those of SETs.
package struct OwnTokens: Sendable {
  let rules: AccessTokenRules
  private let keys: KeyRing

  /// - Parameter issuer: `iss` and `aud` of the tokens.
  package init(issuer: String, keys: KeyRing) {
    self.keys = keys
    // One clock wrote and reads the times.
    rules = AccessTokenRules(
      issuer: issuer, audiences: [issuer], scopes: ScopeNames(grantable: ScopeSet(Scope.allCases)),
      leeway: .zero)
  }

  /// The claim that tells when the client was made, in milliseconds: what was deleted and made anew has another.
  static let clientClaim = "client_created"

  /// What a token of ours grants, as long as its client is there and has what it got the token with.
  struct Finding {
    let grant: AccessGrant
    let clientCreated: Timestamp
    let credential: CredentialID
  }

  func judge(_ text: String, at now: Timestamp) throws(AuthenticationFailure) -> Finding {
    let token = try CompactJWS(accessToken: text)
    try rules.check(token.header)
    let key = token.header.keyID.flatMap { keys.published(for: .token).key(id: $0) }
    guard let key else { throw .invalid("no key \(token.header.keyID.forLog) of ours signs access tokens") }
    do throws(JOSEError) {
      try token.verify(with: key, allowing: rules.algorithms)
    } catch {
      throw .invalid(error.description)
    }
    return try finding(of: AccessTokenClaims(parsing: token.payload), at: now)
  }

  private func finding(
    of claims: AccessTokenClaims, at now: Timestamp
  ) throws(AuthenticationFailure) -> Finding {
    let grant = try rules.grant(of: claims, at: now)
    guard let created = claims.value(Self.clientClaim)?.integerValue,
      let credential = try claims.text(CredentialID.claim).flatMap(CredentialID.init)
    else { throw .invalid("it does not tell of what it depends on") }
    return Finding(
      grant: grant, clientCreated: Timestamp(milliseconds: created), credential: credential)
  }
}
