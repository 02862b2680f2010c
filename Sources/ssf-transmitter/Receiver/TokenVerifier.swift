import HTTP
import HTTPClient
import JOSE
import JSON
import SharedSignals

/// Verifies SETs as a receiver must: signature by a published key, type, issuer, audience, claims.
actor TokenVerifier {
  private let issuer: String
  private let audience: String?
  private let keySetURL: HTTPURL
  private let http: HTTPClient
  private var keys: JWKSet

  private init(issuer: String, audience: String?, keySetURL: HTTPURL, http: HTTPClient, keys: JWKSet) {
    self.issuer = issuer
    self.audience = audience
    self.keySetURL = keySetURL
    self.http = http
    self.keys = keys
  }

  /// Fetches the discovery document and the keys it names (SSF §7.2).
  static func discover(issuer: String, audience: String?, http: HTTPClient) async throws -> TokenVerifier {
    let metadata = try await http.document(at: discoveryURL(of: issuer))
    guard metadata["issuer"]?.stringValue == issuer else {
      throw VerifierError.unfitMetadata(
        "its issuer is \(metadata["issuer"]?.text() ?? "missing"), not \(issuer)")
    }
    guard let text = metadata["jwks_uri"]?.stringValue else {
      throw VerifierError.unfitMetadata("it has no jwks_uri")
    }
    let keySetURL = try HTTPURL(parsing: text)
    let keys = try JWKSet(json: await http.document(at: keySetURL))
    return TokenVerifier(issuer: issuer, audience: audience, keySetURL: keySetURL, http: http, keys: keys)
  }

  private static func discoveryURL(of issuer: String) throws -> HTTPURL {
    let url = try HTTPURL(parsing: issuer)
    return try HTTPURL(parsing: url.origin + TransmitterMetadata.path(issuerPath: url.path))
  }

  /// - Throws: `VerifierError` with the RFC 8935 error code that the transmitter is to be answered.
  func verify(_ bytes: [UInt8]) async throws -> SecurityEventToken {
    let token = try CompactJWS(parsing: bytes)
    guard token.header.type?.lowercased() == SecurityEventToken.joseType else {
      throw VerifierError.refused(.invalidRequest, "the typ must be \(SecurityEventToken.joseType)")
    }
    do {
      try token.verify(with: await key(token.header.keyID), allowing: SignatureAlgorithm.allCases)
    } catch let error as JOSEError {
      throw VerifierError.refused(.invalidKey, "\(error)")
    }
    let set = try SecurityEventToken(claims: JSONValue(parsing: token.payload))
    guard set.issuer == issuer else { throw VerifierError.refused(.invalidIssuer, "iss is \(set.issuer)") }
    guard audience.map(set.audience.names.contains) ?? true else {
      throw VerifierError.refused(.invalidAudience, "aud is \(set.audience.json.text())")
    }
    return set
  }

  /// The key by its id; an unknown one may be new, so the keys are fetched again.
  private func key(_ id: String?) async throws -> JWK {
    guard let id else { throw VerifierError.refused(.invalidKey, "the header has no kid") }
    if let key = keys.key(id: id) { return key }
    do {
      keys = try JWKSet(json: await http.document(at: keySetURL))
    } catch {
      throw VerifierError.noKeys("\(error)")
    }
    guard let key = keys.key(id: id) else {
      throw VerifierError.refused(.invalidKey, "there is no key \(id)")
    }
    return key
  }
}

enum VerifierError: Error, CustomStringConvertible {
  case noAnswer(HTTPURL, ClientError)
  case unreachable(HTTPURL, HTTPStatus)
  case unfitMetadata(String)
  /// Whether a SET is good cannot be told now.
  case noKeys(String)
  case refused(SETErrorCode, String)

  var description: String {
    switch self {
    case .noAnswer(let url, let error): "no answer from \(url): \(error); is the transmitter running?"
    case .unreachable(let url, let status): "\(url) answered \(status)"
    case .unfitMetadata(let text): "the discovery document cannot be used: \(text)"
    case .noKeys(let text): "the keys cannot be fetched: \(text)"
    case .refused(let code, let text): "\(code): \(text)"
    }
  }
}

extension HTTPClient {
  fileprivate func document(at url: HTTPURL) async throws -> JSONValue {
    let response: ClientResponse
    do {
      response = try await send(
        ClientRequest(method: .get, url: url, fields: ["Accept": "application/json"]))
    } catch {
      throw VerifierError.noAnswer(url, error)
    }
    guard response.status == .ok else { throw VerifierError.unreachable(url, response.status) }
    return try JSONValue(parsing: response.body)
  }
}
