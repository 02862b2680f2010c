import COpenSSL

/// The SHA-256 digest (FIPS 180-4).
package enum SHA256 {
  /// The length of a digest.
  package static let byteCount = 32

  // Looked up once: by name at each call the look-up costs more than hashing a short text.
  private nonisolated(unsafe) static let algorithm: OpaquePointer = {
    guard let algorithm = EVP_MD_fetch(nil, "SHA256", nil) else {
      fatalError(OpenSSLError.drain("find SHA-256").description)
    }
    return algorithm
  }()

  /// The 32-byte digest of some bytes.
  package static func digest(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: byteCount)
    // With the algorithm at hand this fails only where memory has run out.
    guard EVP_Digest(bytes, bytes.count, &digest, nil, algorithm, nil) == 1 else {
      fatalError(OpenSSLError.drain("compute a SHA-256 digest").description)
    }
    return digest
  }
}
