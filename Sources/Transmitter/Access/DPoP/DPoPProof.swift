package import HTTP
import JOSE
import JSON
import OpenSSL

/// A proof that whoever makes a request holds a key: a JWT made for that request alone (RFC 9449 §4.2). Its signature
/// has been verified; what it is for is not known before ``check(_:at:)``.
package struct DPoPProof: Sendable {
  /// The request that a proof comes with.
  package struct Use: Sendable {
    let method: HTTPMethod
    let url: HTTPURL
    /// The access token that is shown beside it; nil where one is asked for.
    let accessToken: String?

    package init(method: HTTPMethod, url: HTTPURL, accessToken: String? = nil) {
      self.method = method
      self.url = url
      self.accessToken = accessToken
    }
  }

  /// How far the prover's clock may be from ours.
  static let leeway = Duration.seconds(60)
  private static let longest = 8 << 10
  private static let longestID = 256

  /// The RFC 7638 thumbprint of the key.
  package let keyThumbprint: String
  let id: String
  let nonce: String?
  let issued: Timestamp
  private let claims: AccessTokenClaims

  /// Reads a proof and verifies that the key which it names has signed it.
  ///
  /// - Throws: `AuthenticationFailure`, whose cause is for the log alone.
  init(parsing text: String) throws(AuthenticationFailure) {
    guard text.utf8.count <= Self.longest else { throw .invalid("the proof is too long") }
    let token = try Self.parse(text)
    keyThumbprint = try Self.signer(of: token).thumbprint
    claims = try AccessTokenClaims(parsing: token.payload)
    id = try claims.required("jti")
    nonce = try claims.text("nonce")
    guard let issued = try claims.time("iat") else { throw .invalid("the proof has no iat") }
    self.issued = issued
    guard id.utf8.count <= Self.longestID else { throw .invalid("the proof's jti is too long") }
  }

  private static func parse(_ text: String) throws(AuthenticationFailure) -> CompactJWS {
    do throws(JOSEError) {
      return try CompactJWS(parsing: Array(text.utf8))
    } catch {
      throw .invalid("the proof: \(error)")
    }
  }

  /// The key that a proof names and is signed with (RFC 9449 §4.3, 4 to 7).
  private static func signer(of token: CompactJWS) throws(AuthenticationFailure) -> JWK {
    guard token.header.type?.lowercased() == "dpop+jwt" else { throw .invalid("the proof's typ is another") }
    guard let jwk = token.header.members["jwk"], !ClientKeys.isSecret(jwk) else {
      throw .invalid("the proof names no public key")
    }
    do throws(JOSEError) {
      let key = try JWK(json: jwk)
      try token.verify(with: key, allowing: SignatureAlgorithm.allCases)
      return key
    } catch {
      throw .invalid("the proof: \(error)")
    }
  }

  /// Whether the proof was made for this request, about now (RFC 9449 §4.3, 8 to 12).
  func check(_ use: Use, at now: Timestamp) throws(AuthenticationFailure) {
    guard try claims.required("htm") == use.method.rawValue else {
      throw .invalid("the proof is for another method")
    }
    guard try Self.isSame(claims.required("htu"), use.url) else {
      throw .invalid("the proof is for another URL")
    }
    guard issued - Self.leeway <= now, now <= issued + Self.leeway else {
      throw .invalid("the proof was made at \(issued)")
    }
    guard let accessToken = use.accessToken else { return }
    let digest = Base64URL.encode(SHA256.digest(Array(accessToken.utf8)))
    guard try claims.required("ath") == digest else {
      throw .invalid("the proof is for another access token")
    }
  }

  /// Whether both name one resource, query and fragment left out (RFC 9449 §4.3, 9).
  private static func isSame(_ text: String, _ url: HTTPURL) -> Bool {
    let named = text.prefix { $0 != "?" && $0 != "#" }
    guard let named = try? HTTPURL(parsing: String(named)) else { return false }
    return named.origin == url.origin && segments(of: named) == segments(of: url)
  }

  private static func segments(of url: HTTPURL) -> [String]? {
    try? RequestTarget(parsing: url.path.isEmpty ? "/" : url.path).segments
  }
}

extension AccessTokenClaims {
  func required(_ name: String) throws(AuthenticationFailure) -> String {
    guard let text = try text(name) else { throw .invalid("there is no \(name)") }
    return text
  }
}
