import HTTP
import JOSE
import JSON
import Transmitter

/// What is published of the authorization server that we are (RFC 8414), of the resources that it guards (RFC 9728),
/// and of the keys of its access tokens.
struct OAuthDocuments: Sendable {
  static let resourcePath = "/.well-known/oauth-protected-resource"
  private static let serverPath = "/.well-known/oauth-authorization-server"
  private static let keySetPath = "/oauth/jwks"
  /// What receivers and sources may be given; the other scopes open nothing on the public listener.
  private static let resourceScopes: [Scope] = [.read, .manage, .readIdentitySources, .manageIdentitySources]
  private static let algorithms = JSONValue.array(SignatureAlgorithm.allCases.map { .string($0.rawValue) })

  let urls: IssuerURLs
  let keys: KeyRing
  /// Whose tokens open what is here.
  let authority: TokenAuthority

  func add(to router: inout Router<Endpoint>) throws {
    try add(server, at: Self.serverPath, to: &router)
    try add(resource, at: Self.resourcePath, to: &router)
    router.add(
      .get, Self.keySetPath, Endpoint.keySet(keys, for: .token, mediaType: "application/jwk-set+json"))
  }

  /// A well-known document of an issuer with a path is where the RFCs insert it, and where a proxy may have put it.
  private func add(_ json: JSONValue, at path: String, to router: inout Router<Endpoint>) throws {
    let document = try Endpoint.document(json, mediaType: "application/json")
    router.add(.get, path, document)
    if !urls.prefix.isEmpty { router.add(.get, try urls.inserted(path), document) }
  }

  /// RFC 8414 §2. There is no authorization endpoint, and so no response type.
  private var server: JSONValue {
    [
      "issuer": .string(urls.issuer.description),
      "token_endpoint": .string(urls.absolute(TokenEndpoint.path)),
      "jwks_uri": .string(urls.absolute(Self.keySetPath)),
      "response_types_supported": [],
      "grant_types_supported": ["client_credentials"],
      "scopes_supported": .array(Scope.allCases.map { .string($0.rawValue) }),
      "token_endpoint_auth_methods_supported": [
        "client_secret_basic", "client_secret_post", "private_key_jwt",
      ],
      "token_endpoint_auth_signing_alg_values_supported": Self.algorithms,
      "dpop_signing_alg_values_supported": Self.algorithms,
      "protected_resources": [.string(urls.issuer.description)],
    ]
  }

  /// RFC 9728 §2.
  private var resource: JSONValue {
    [
      "resource": .string(urls.issuer.description),
      "authorization_servers": .array(authority.issuers.map(JSONValue.string)),
      "scopes_supported": .array(Self.resourceScopes.map { .string($0.rawValue) }),
      "bearer_methods_supported": ["header"],
      "dpop_signing_alg_values_supported": Self.algorithms,
    ]
  }
}
