package import JOSE
import JSON

/// What the access tokens of an issuer must be like to be accepted. Pure: claims and a time go in, a grant comes out.
package struct AccessTokenRules: Sendable {
  /// How much of RFC 9068 a token must fulfil.
  package enum Strictness: Sendable {
    /// All of it: `typ` is `at+jwt`, and every claim of §2.2 is there.
    case strict
    /// As far as older issuers do: `typ` may be missing or `JWT`; `sub`, `iat`, `jti` and `client_id` may be missing
    /// while another claim names the client. So that no other JWT passes for an access token, it must have a scope,
    /// and none of the claims by which SETs and ID tokens are known.
    case lenient
  }

  /// Who tells the claims.
  enum Carrier: Sendable {
    case jwt
    /// The issuer itself, which has checked the token already.
    case introspection
  }

  /// Compared letter by letter.
  let issuer: String
  /// One of these must be in `aud`.
  var audiences: Set<String>
  let algorithms: [SignatureAlgorithm]
  let strictness: Strictness
  /// Where the client's id is: the first of these claims that is there.
  let clientClaims: [String]
  let scopes: ScopeNames
  /// How far the issuer's clock may be from ours.
  let leeway: Duration

  /// - Parameter clientClaim: nil for the standard ones: `client_id` and, where that may be missing, `azp`.
  package init(
    issuer: String, audiences: Set<String>, algorithms: [SignatureAlgorithm] = SignatureAlgorithm.allCases,
    strictness: Strictness = .strict, clientClaim: String? = nil, scopes: ScopeNames = ScopeNames(),
    leeway: Duration = .seconds(30)
  ) {
    self.issuer = issuer
    self.audiences = audiences
    self.algorithms = algorithms
    self.strictness = strictness
    clientClaims = clientClaim.map { [$0] } ?? (strictness == .strict ? ["client_id"] : ["client_id", "azp"])
    self.scopes = scopes
    self.leeway = leeway
  }
}

extension AccessTokenRules {
  /// RFC 9068 §4: the type keeps other JWTs of the same issuer out.
  func check(_ header: JOSEHeader) throws(AuthenticationFailure) {
    let type = header.type?.lowercased()
    let accepted: [String?] =
      switch strictness {
      case .strict: Self.types
      case .lenient: Self.types + [nil, "jwt"]
      }
    guard accepted.contains(type) else { throw .invalid("typ is \(type.forLog)") }
  }

  private static let types: [String?] = ["at+jwt", "application/at+jwt"]

  /// What a token grants at this time (RFC 9068 §4, RFC 7662 §4). Its signature has been verified.
  func grant(
    of claims: AccessTokenClaims, toldBy carrier: Carrier = .jwt, at now: Timestamp
  ) throws(AuthenticationFailure) -> AccessGrant {
    try checkPresence(of: claims, toldBy: carrier)
    try checkParties(of: claims)
    let expires = try checkTimes(of: claims, at: now)
    return AccessGrant(
      clientID: try clientID(of: claims), scopes: try scopes.scopes(of: claims),
      keyThumbprint: try keyThumbprint(of: claims), expires: expires)
  }
}

// MARK: - Parts

extension AccessTokenRules {
  private func checkPresence(
    of claims: AccessTokenClaims, toldBy carrier: Carrier
  ) throws(AuthenticationFailure) {
    for name in required(toldBy: carrier) where !claims.has(name) { throw .invalid("there is no \(name)") }
    guard carrier == .jwt, strictness == .lenient else { return }
    guard scopes.claims.contains(where: claims.has) else { throw .invalid("there is no scope") }
    for name in Self.foreignClaims where claims.has(name) {
      throw .invalid("the claim \(name) is not of an access token")
    }
  }

  /// Who tells more may leave more out: what introspection answers has no signature to bind it to its issuer's keys,
  /// but comes from the issuer directly.
  private func required(toldBy carrier: Carrier) -> [String] {
    switch (carrier, strictness) {
    case (.jwt, .strict): ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"]
    case (.jwt, .lenient): ["iss", "exp", "aud"]
    case (.introspection, .strict): ["aud"]
    case (.introspection, .lenient): []
    }
  }

  /// Of SETs (RFC 8417 §2.2), and of ID tokens (OpenID Connect Core §3.1.3.6, §3.3.2.11).
  private static let foreignClaims = ["events", "at_hash", "c_hash"]

  private func checkParties(of claims: AccessTokenClaims) throws(AuthenticationFailure) {
    if let named = try claims.text("iss"), named != issuer { throw .invalid("iss is \(named.forLog)") }
    if let named = try claims.texts("aud"), audiences.isDisjoint(with: named) {
      throw .invalid("aud is \(named.joined(separator: " ").forLog)")
    }
    // They are for others, but what is there must be well formed.
    _ = try claims.text("sub")
    _ = try claims.text("jti")
  }

  /// Answers when the token ends.
  private func checkTimes(
    of claims: AccessTokenClaims, at now: Timestamp
  ) throws(AuthenticationFailure) -> Timestamp? {
    let expires = try claims.time("exp")
    if let expires, now >= expires + leeway { throw .invalid("it expired at \(expires)") }
    for name in ["nbf", "iat"] {
      if let begin = try claims.time(name), now + leeway < begin { throw .invalid("\(name) is \(begin)") }
    }
    return expires
  }

  private func clientID(of claims: AccessTokenClaims) throws(AuthenticationFailure) -> String {
    for name in clientClaims {
      if let id = try claims.text(name) { return id }
    }
    throw .invalid("no claim names the client: \(clientClaims.joined(separator: ", "))")
  }

  /// - Throws: also for a token that is bound to something else than a key whose possession can be shown here, such as a
  ///   certificate (RFC 8705): its holder must not lose that protection.
  private func keyThumbprint(of claims: AccessTokenClaims) throws(AuthenticationFailure) -> String? {
    guard let confirmation = claims.value("cnf") else { return nil }
    guard let members = confirmation.objectValue, members.count == 1,
      let thumbprint = members["jkt"]?.stringValue, !thumbprint.isEmpty
    else { throw .invalid("cnf binds the token to something that cannot be checked here") }
    return thumbprint
  }
}

extension String {
  /// What a stranger wrote, short enough for a line of the log.
  var forLog: String { "'\(cut(toScalars: 100))'" }
}

extension String? {
  var forLog: String { map(\.forLog) ?? "missing" }
}
