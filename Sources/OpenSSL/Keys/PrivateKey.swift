import COpenSSL

/// A private key the transmitter signs with: RSA of 2048 to 4096 bits, or P-256.
///
/// Owns the EVP_PKEY and a signing context prepared for it; the secret numbers never leave OpenSSL's memory
/// except through ``pem()``. Refuses every other kind and size, and a key whose halves disagree. Safe to sign
/// with from any number of threads at once.
package final class PrivateKey: Sendable {
  /// The RSA sizes accepted: 2048 bits at least (RFC 7518 §3.3), and at most 4096, where one signature takes
  /// about a millisecond and a half.
  static let acceptedRSABits = 2048...4096

  /// The half to publish.
  package let publicKey: PublicKey

  let handle: KeyHandle
  let signing: DigestContext

  /// The key's kind and size.
  package var keyType: KeyType { publicKey.keyType }

  init(handle: KeyHandle) throws {
    if case .rsa(let bits) = try handle.keyType() {
      try Self.checkRSASize(bits)
    }
    self.handle = handle
    publicKey = try PublicKey(handle.components())
    signing = try DigestContext("prepare a key for signing") { context in
      EVP_DigestSignInit(context, nil, EVP_sha256(), nil, handle.pointer)
    }
  }

  static func checkRSASize(_ bits: Int) throws(KeyError) {
    guard acceptedRSABits.contains(bits) else {
      throw .rsaSize(bits: bits, accepted: acceptedRSABits)
    }
  }
}
