package import OpenSSL

/// The signature algorithms there are (RFC 7518 §3.1). `none` and the symmetric `HS*` cannot be expressed, so
/// no mistake elsewhere lets them in.
package enum SignatureAlgorithm: String, Sendable, CaseIterable {
  /// RSASSA-PKCS1-v1_5 with SHA-256.
  case rs256 = "RS256"
  /// ECDSA on P-256 with SHA-256.
  case es256 = "ES256"

  /// The one algorithm that keys of a type sign with.
  package init(for keyType: KeyType) {
    self =
      switch keyType {
      case .rsa: .rs256
      case .p256: .es256
      }
  }
}
