import HTTP
import HTTPClient
import JOSE
import JSON
import OpenSSL
import Sockets
import TestSupport

@testable import Transmitter

/// An issuer of access tokens on loopback: metadata, a key set, introspection, and signatures.
struct TestIdentityProvider: Sendable {
  /// What it answers, to be changed by the test.
  struct Answers: Sendable {
    var keys: [JWK] = []
    var keySetStatus = HTTPStatus.ok
    /// In place of the key set.
    var keySetBody: [UInt8]?
    var metadata: JSONObject?
    var introspection: JSONValue = ["active": false]
    var introspectionStatus = HTTPStatus.ok
    /// Answers wait for it.
    var gate: Gate?
  }

  static let audience = "https://ssf.example.com"

  let site: LoopbackSite
  let answers: Shared<Answers>
  let key: PrivateKey

  init() throws {
    let key = try PrivateKey.generate(.p256)
    let answers = Shared(Answers(keys: [try JWK(publicKey: key.publicKey, keyID: "k0")]))
    self.key = key
    self.answers = answers
    site = try LoopbackSite { request in
      let current = answers.value
      await current.gate?.pass()
      return current.response(to: request)
    }
  }

  var issuer: String { site.origin }

  func change(_ body: (inout Answers) -> Void) {
    answers.withLock { body(&$0) }
  }

  // MARK: - Tokens

  func token(
    _ changes: JSONObject = [:], signedBy key: PrivateKey? = nil, keyID: String? = "k0", at now: Timestamp
  ) throws -> String {
    var claims: JSONObject = [
      "iss": .string(issuer), "aud": .string(Self.audience), "sub": "s", "client_id": "app", "jti": "j",
      "iat": .integer(now.seconds), "exp": .integer(now.seconds + 86_400 * 2), "scope": "ssf.read",
    ]
    for change in changes { claims[change.name] = change.value == .null ? JSONValue?.none : change.value }
    let key = key ?? self.key
    let header = try JOSEHeader(
      algorithm: SignatureAlgorithm(for: key.keyType), type: "at+jwt", keyID: keyID)
    let token = try CompactJWS.sign(payload: JSONValue.object(claims).serialized(), header: header, with: key)
    return String(decoding: token, as: UTF8.self)
  }

  // MARK: - Trust

  var rules: AccessTokenRules { AccessTokenRules(issuer: issuer, audiences: [Self.audience]) }

  func trusted(by proof: TrustedIssuer.Proof, admitsOnlyRegistered: Bool = false) -> TrustedIssuer {
    TrustedIssuer(
      name: "idp", rules: rules, clients: ClientNames(issuerName: "idp"),
      admitsOnlyRegistered: admitsOnlyRegistered, proof: proof)
  }

  func keys(_ source: KeySetSource? = nil, environment: Environment) throws -> IssuerKeys {
    IssuerKeys(
      of: "idp", from: try source ?? .url(site.url("/jwks")), every: .seconds(600), http: try .toLoopback(),
      environment: environment)
  }
}

extension TestIdentityProvider.Answers {
  fileprivate func response(to request: Request) -> Response {
    switch request.target.path {
    case "/jwks":
      return Response(status: keySetStatus, body: keySetBody ?? JWKSet(keys: keys).json.serialized())
    case "/introspect":
      return Response(status: introspectionStatus, body: introspection.serialized())
    case let path where metadata?[path] != nil:
      return Response(status: .ok, body: metadata?[path]?.serialized() ?? [])
    default:
      return Response(status: .notFound)
    }
  }
}

extension HTTPClient {
  /// Goes to loopback alone, with the limits of requests to issuers.
  static func toLoopback() throws -> HTTPClient {
    var limits = ClientLimits()
    limits.body = ForeignIssuers.longestDocument
    return HTTPClient(
      policy: DestinationPolicy(allowed: [.loopback], allowsPlainHTTP: true), tls: try TLSClientContext(),
      resolver: Resolver(concurrency: 1), limits: limits)
  }
}
