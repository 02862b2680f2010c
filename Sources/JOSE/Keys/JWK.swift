package import JSON
package import OpenSSL

/// A public key for verifying signatures as JSON (RFC 7517 §4).
///
/// Holds no private numbers: those of a document are ignored when it is read. Refuses keys that
/// ``SignatureAlgorithm`` has no use for.
package struct JWK: Sendable {
  package let publicKey: PublicKey
  /// The `kid` member.
  package let keyID: String

  /// The `alg` member: what the key's type implies.
  package var algorithm: SignatureAlgorithm { SignatureAlgorithm(for: publicKey.keyType) }

  /// A key to publish.
  ///
  /// - Parameter keyID: 1 to 128 bytes; the key's thumbprint if absent.
  package init(publicKey: PublicKey, keyID: String? = nil) throws(JOSEError) {
    if let keyID, let fault = KeyID.fault(of: keyID) { throw JOSEError(.unusableKey, fault) }
    self.publicKey = publicKey
    self.keyID = keyID ?? Self.thumbprint(of: publicKey)
  }

  /// The document to publish: `kty`, the numbers, `kid`, `use` and `alg`.
  package var json: JSONValue {
    var members = Self.keyMembers(of: publicKey)
    members["kid"] = .string(keyID)
    members["use"] = "sig"
    members["alg"] = .string(algorithm.rawValue)
    return .object(members)
  }

  /// The SHA-256 thumbprint of the key (RFC 7638 §3) in base64url; it depends on the numbers only.
  package var thumbprint: String { Self.thumbprint(of: publicKey) }

  private static func thumbprint(of key: PublicKey) -> String {
    let document = JSONValue.object(keyMembers(of: key)).serialized(.canonical)
    return Base64URL.encode(SHA256.digest(document))
  }

  /// The members that make the key (RFC 7518 §6.2, §6.3); RFC 7638 §3.2 hashes exactly these.
  private static func keyMembers(of key: PublicKey) -> JSONObject {
    switch key.components {
    case .rsa(let modulus, let exponent):
      ["kty": "RSA", "n": encoded(modulus), "e": encoded(exponent)]
    case .p256(let x, let y):
      ["kty": "EC", "crv": "P-256", "x": encoded(x), "y": encoded(y)]
    }
  }

  private static func encoded(_ bytes: [UInt8]) -> JSONValue {
    .string(Base64URL.encode(bytes))
  }
}

extension JWK: Equatable {
  package static func == (left: JWK, right: JWK) -> Bool {
    left.keyID == right.keyID && left.publicKey.components == right.publicKey.components
  }
}
