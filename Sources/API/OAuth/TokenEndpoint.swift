import HTTP
import JSON
import Transmitter

/// Where clients get access tokens from ourselves (RFC 6749 §3.2), for those whose company has no authorization
/// server.
struct TokenEndpoint: Sendable {
  /// The one that metadata announces, and SailPoint's SDKs know.
  static let path = "/oauth/token"
  /// The one that Okta's SDKs know.
  private static let oktaPath = "/oauth2/v1/token"
  static let dialects = [Dialect.standard.atTokenEndpoint(path), Dialect.okta.atTokenEndpoint(oktaPath)]

  /// Room for an assertion, and no more.
  private static let bodyLimit = 16 << 10

  let server: AuthorizationServer
  let urls: IssuerURLs
  let rateLimits: RateLimits
  let environment: Environment

  func add(to router: inout Router<Endpoint>) throws {
    for path in [Self.path, Self.oktaPath] {
      let url = try urls.url(of: path)
      router.add(
        .post, path,
        Endpoint(.anyone, bodyLimit: Self.bodyLimit) { call in
          let request = try TokenRequest(reading: call.request, at: url)
          return answer(try await server.grant(request, ifAdmitted: charge))
        })
    }
  }

  /// A client that gets tokens has its other calls counted with them.
  private func charge(_ clientID: String) throws(APIError) {
    let standing = rateLimits.charge(clientID, for: .management, at: environment.uptime())
    if let refusal = standing?.refusal { throw refusal }
  }

  /// RFC 6749 §5.1.
  private func answer(_ token: GrantedToken) -> Response {
    var response = Response.json([
      "access_token": .string(token.text),
      "token_type": token.isBound ? "DPoP" : "Bearer",
      "expires_in": .integer(token.lifetime.components.seconds),
      "scope": .string(token.scopes.description),
    ])
    response.fields["Pragma"] = "no-cache"
    if token.isBound { response.fields["DPoP-Nonce"] = server.nonce }
    return response
  }
}
