/// How an issuer names scopes, and in which claim.
package struct ScopeNames: Sendable {
  /// The claims that are looked for, in this order; the first that is there counts.
  let claims: [String]
  /// What names that are not ours mean.
  private let meanings: [String: ScopeSet]
  /// The scopes that this issuer can grant at all.
  private let grantable: ScopeSet

  /// What an issuer that is not ourselves can grant: what receivers and HR systems need. Producers and administrators
  /// get their tokens here.
  package static let foreign: ScopeSet = [.read, .manage, .readIdentitySources, .manageIdentitySources]

  /// - Parameters:
  ///   - claim: nil for the usual ones: `scope` (RFC 9068 §2.2.3), or `scp`, as some issuers have it.
  ///   - meanings: by name; names of ours that are not in it mean themselves.
  package init(
    claim: String? = nil, meanings: [String: ScopeSet] = [:], grantable: ScopeSet = ScopeNames.foreign
  ) {
    claims = claim.map { [$0] } ?? ["scope", "scp"]
    self.meanings = meanings
    self.grantable = grantable
  }

  /// The scopes that a token has here. Names that mean nothing here are for others.
  ///
  /// - Throws: `AuthenticationFailure` if the claim is neither text nor an array of texts.
  func scopes(of claims: AccessTokenClaims) throws(AuthenticationFailure) -> ScopeSet {
    for claim in self.claims {
      guard let texts = try claims.texts(claim) else { continue }
      let named = texts.flatMap { $0.split(separator: " ") }.map { meaning(of: String($0)) }
      return named.reduce([] as ScopeSet) { $0.union($1) }.intersection(grantable)
    }
    return []
  }

  private func meaning(of name: String) -> ScopeSet {
    meanings[name] ?? Scope(named: name).map { [$0] } ?? []
  }
}
