/// The kinds of key this product signs and verifies with; no other kind gets past the initialisers of
/// ``PrivateKey`` and ``PublicKey``.
package enum KeyType: Equatable, Sendable {
  /// RSA with a modulus of so many bits; signs RSASSA-PKCS1-v1_5 with SHA-256.
  case rsa(bits: Int)
  /// The NIST curve P-256 (prime256v1, secp256r1); signs ECDSA with SHA-256.
  case p256
}
