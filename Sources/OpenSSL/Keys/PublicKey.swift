import COpenSSL

/// A public key that verifies signatures: RSA of 2048 bits or more, or P-256.
///
/// Built from its numbers only, so that whatever format they came in, the same checks hold: size and exponent
/// for RSA, the curve equation for P-256. Safe to use from any number of threads at once.
package final class PublicKey: Sendable {
  /// The numbers that make a public key, as big-endian bytes.
  package enum Components: Equatable, Sendable {
    /// Modulus and exponent, without leading zeros.
    case rsa(modulus: [UInt8], exponent: [UInt8])
    /// Coordinates of the point, 32 bytes each.
    case p256(x: [UInt8], y: [UInt8])
  }

  /// RFC 7518 §3.3 sets the lower bound. Above the upper one a stranger's key would cost more to use than any
  /// honest one.
  static let acceptedRSABits = 2048...8192
  static let coordinateByteCount = 32

  /// The numbers in canonical form.
  package let components: Components
  /// The key's kind and size.
  package let keyType: KeyType

  let handle: KeyHandle
  let verifying: DigestContext

  /// Checks the numbers and builds the key. Leading zeros of RSA numbers are dropped.
  ///
  /// - Throws: ``KeyError`` for numbers that are refused, ``OpenSSLError``.
  package init(_ components: Components) throws {
    let handle = try Self.build(components)
    self.handle = handle
    self.components = try handle.components()
    keyType = try handle.keyType()
    verifying = try DigestContext("prepare a key for verifying") { context in
      EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, handle.pointer)
    }
  }

  /// The key as SubjectPublicKeyInfo PEM (`PUBLIC KEY`).
  package func pem() throws(OpenSSLError) -> [UInt8] {
    let buffer = try MemoryBuffer()
    try require(PEM_write_bio_PUBKEY(buffer.pointer, handle.pointer), "write a public key as PEM")
    return buffer.bytes
  }
}
