/// An authorization server whose access tokens are accepted, as the configuration describes it.
package struct TrustedIssuer: Sendable {
  /// How it is known whether a token is the issuer's.
  package enum Proof: Sendable {
    /// By the signature; the keys are fetched anew every so often.
    case keys(KeySetSource, refreshedEvery: Duration)
    case introspection(Introspection)
  }

  /// In the log, in readiness, and in the ids of its clients.
  package let name: String
  private(set) var rules: AccessTokenRules
  let clients: ClientNames
  /// Whether only those of its clients may come that an administrator has registered.
  let admitsOnlyRegistered: Bool
  package let proof: Proof

  package init(
    name: String, rules: AccessTokenRules, clients: ClientNames, admitsOnlyRegistered: Bool, proof: Proof
  ) {
    self.name = name
    self.rules = rules
    self.clients = clients
    self.admitsOnlyRegistered = admitsOnlyRegistered
    self.proof = proof
  }

  /// The issuer where `audience` is expected of its tokens, unless the configuration names another.
  package func expecting(audience: String) -> TrustedIssuer {
    var issuer = self
    if rules.audiences.isEmpty { issuer.rules.audiences = [audience] }
    return issuer
  }

  /// The `iss` of its tokens.
  package var issuer: String { rules.issuer }

  /// Whether tokens that name no issuer are taken for this one's.
  package var takesOpaqueTokens: Bool {
    if case .introspection(let introspection) = proof { introspection.takesOpaqueTokens } else { false }
  }
}
