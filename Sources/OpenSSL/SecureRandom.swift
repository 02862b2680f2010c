import COpenSSL

/// Unpredictable bytes from OpenSSL's generator, which seeds itself from the kernel's.
package enum SecureRandom {
  /// So many fresh bytes, fit for keys, nonces and identifiers.
  package static func bytes(_ count: Int) throws(OpenSSLError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    try require(RAND_bytes(&bytes, Int32(count)), "generate random bytes")
    return bytes
  }
}
