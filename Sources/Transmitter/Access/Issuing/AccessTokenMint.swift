import JOSE
import JSON

/// Makes access tokens: JWTs (RFC 9068 §2) for ourselves, by ourselves.
package struct AccessTokenMint: Sendable {
  /// The longest that a token is good for (CAEP interoperability profile §2.7.1).
  package static let longestLifetime = Duration.seconds(3600)

  private let issuer: String
  let lifetime: Duration
  private let keys: KeyRing
  private let signing: SigningPool
  private let environment: Environment

  /// - Parameter issuer: `iss` and `aud` of the tokens.
  package init(
    issuer: String, lifetime: Duration, keys: KeyRing, signing: SigningPool, environment: Environment
  ) {
    self.issuer = issuer
    self.lifetime = lifetime
    self.keys = keys
    self.signing = signing
    self.environment = environment
  }

  /// - Parameter keyThumbprint: the key that the token is bound to (RFC 9449 §6.1), if any.
  func makeToken(
    for holder: AuthenticatedClient, scopes: ScopeSet, boundTo keyThumbprint: String?
  ) async throws -> String {
    let claims = claims(holder, scopes, keyThumbprint)
    let token = try await keys.signing(.rs256, for: .token) { try await signing.sign(claims, with: $0) }
    return String(decoding: token, as: UTF8.self)
  }

  private func claims(
    _ holder: AuthenticatedClient, _ scopes: ScopeSet, _ keyThumbprint: String?
  ) -> JSONObject {
    let now = environment.now().seconds
    let clientID = JSONValue.string(holder.client.id)
    var claims: JSONObject = [
      "iss": .string(issuer), "aud": .string(issuer), "sub": clientID, "client_id": clientID,
      "iat": .integer(now), "nbf": .integer(now), "exp": .integer(now + lifetime.components.seconds),
      "jti": .string(environment.newIdentifier()), "scope": .string(scopes.description),
      OwnTokens.clientClaim: .integer(holder.client.created.milliseconds),
      CredentialID.claim: .string(holder.credential.text),
    ]
    if let keyThumbprint { claims["cnf"] = ["jkt": .string(keyThumbprint)] }
    return claims
  }
}
