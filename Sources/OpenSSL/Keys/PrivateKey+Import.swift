import COpenSSL

extension PrivateKey {
  /// Reads a key that somebody else has made: as ``init(pem:)``, but the text must hold one private key and no
  /// more, and the numbers must be what the key's algorithm asks of them (primes, an order, a point on the curve).
  ///
  /// - Throws: ``KeyError``, ``OpenSSLError``.
  package convenience init(importing pem: [UInt8]) throws {
    guard pem.count <= Self.longestPEM else { throw KeyError.longText(pem.count, most: Self.longestPEM) }
    guard Self.privateKeys(in: pem) <= 1 else { throw KeyError.severalKeys }
    try self.init(pem: pem)
    let context = try require(EVP_PKEY_CTX_new_from_pkey(nil, handle.pointer, nil), "check a key")
    defer { EVP_PKEY_CTX_free(context) }
    guard EVP_PKEY_check(context) == 1 else {
      OpenSSLError.discardQueue()
      throw KeyError.unsound
    }
  }

  /// An RSA key of 4096 bits takes some 3,300 bytes.
  private static let longestPEM = 16 * 1024

  private static func privateKeys(in pem: [UInt8]) -> Int {
    pem.split(separator: UInt8(ascii: "\n")).count { line in
      line.starts(with: "-----BEGIN ".utf8)
        && String(decoding: line, as: UTF8.self).contains("PRIVATE KEY-----")
    }
  }
}
