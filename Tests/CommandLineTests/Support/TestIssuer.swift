import HTTP
import HTTPClient
import HTTPServer
import JOSE
import JSON
import OpenSSL
import SharedSignals
import Sockets
import Synchronization

@testable import ssf_transmitter

/// A transmitter as a receiver sees it: discovery, a key set, and signatures. It listens on loopback.
final class TestIssuer: Sendable {
  /// What it answers, to be changed by the test.
  struct Answers: Sendable {
    var issuer: String
    var keys: [JWK] = []
    var keySetStatus = HTTPStatus.ok
    /// How often the key set was asked for.
    var keySetRequests = 0
  }

  let issuer: String
  let key: PrivateKey
  private let state: Mutex<Answers>
  private let server: Mutex<HTTPServer?> = Mutex(nil)

  init(path: String = "") throws {
    let listener = try ListeningSocket(on: SocketAddress(parsing: "127.0.0.1:0"))
    issuer = "http://\(listener.boundAddress)\(path)"
    key = try PrivateKey.generate(.p256)
    state = Mutex(Answers(issuer: issuer, keys: [try JWK(publicKey: key.publicKey)]))
    let server = HTTPServer(
      label: "issuer", listener: listener,
      handler: ServerHandler(
        bodyLimit: { _ in 0 },
        respond: { [weak self] request, _ in self?.answer(request) ?? Response(status: .gone) },
        renderFailure: { failure, _ in Response(status: failure.status) }))
    self.server.withLock { $0 = server }
    Task { try await server.run() }
  }

  deinit {
    stop()
  }

  /// Ends the server: connections to it are refused from now on.
  func stop() {
    server.withLock { $0?.stopNow() }
  }

  var keySetRequests: Int { state.withLock { $0.keySetRequests } }

  func change(_ body: (inout Answers) -> Void) {
    state.withLock { body(&$0) }
  }

  private func answer(_ request: Request) -> Response {
    state.withLock { answers in
      switch request.target.path {
      case _ where request.target.path.hasPrefix("/.well-known/ssf-configuration"):
        return .json(["issuer": .string(answers.issuer), "jwks_uri": .string(issuer + "/jwks")], .ok)
      case _ where request.target.path.hasSuffix("/jwks"):
        answers.keySetRequests += 1
        return .json(JWKSet(keys: answers.keys).json, answers.keySetStatus)
      default:
        return Response(status: .notFound)
      }
    }
  }

  /// A SET of this issuer about a revoked session.
  func token(
    key: PrivateKey? = nil, keyID: String? = nil, type: String? = SecurityEventToken.joseType,
    claims changes: JSONObject = [:]
  ) throws -> [UInt8] {
    let key = key ?? self.key
    var claims: JSONObject = [
      "iss": .string(issuer), "aud": "https://receiver.example.com", "iat": 1_790_000_000, "jti": "j1",
      "sub_id": ["format": "email", "email": "jane@example.com"],
      "events": ["https://schemas.openid.net/secevent/caep/event-type/session-revoked": [:]],
    ]
    for change in changes { claims[change.name] = change.value == .null ? nil : change.value }
    let header = try JOSEHeader(
      algorithm: SignatureAlgorithm(for: key.keyType), type: type,
      keyID: keyID ?? JWK(publicKey: key.publicKey).keyID)
    return try CompactJWS.sign(payload: JSONValue.object(claims).serialized(), header: header, with: key)
  }

  /// A verifier of this issuer's SETs.
  func verifier(audience: String? = nil) async throws -> TokenVerifier {
    try await TokenVerifier.discover(issuer: issuer, audience: audience, http: .anywhere())
  }
}

extension Response {
  fileprivate static func json(_ json: JSONValue, _ status: HTTPStatus) -> Response {
    Response(status: status, fields: ["Content-Type": "application/json"], body: json.serialized())
  }
}
