import COpenSSL

extension PrivateKey {
  /// Reads the first private key of a PEM text: PKCS#8 (`PRIVATE KEY`) or traditional (`RSA PRIVATE KEY`,
  /// `EC PRIVATE KEY`), not encrypted.
  ///
  /// - Throws: ``KeyError`` for a text without such a key and for a key that is not accepted,
  ///   ``OpenSSLError``.
  package convenience init(pem: [UInt8]) throws {
    try self.init(handle: KeyHandle(adopting: Self.readPEM(pem)))
    try checkHalves()
  }

  /// The key as PKCS#8 PEM, not encrypted: the caller guards it, and wipes it with ``cleanse(_:)``.
  package func pem() throws(OpenSSLError) -> [UInt8] {
    try handle.pem()
  }

  static func readPEM(_ pem: [UInt8]) throws -> OpaquePointer {
    try pem.withUnsafeBytes { bytes in
      let source = try require(
        BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)), "allocate a memory buffer")
      defer { BIO_free(source) }
      // Without a callback OpenSSL asks the terminal for the passphrase of an encrypted key.
      guard let key = PEM_read_bio_PrivateKey(source, nil, { _, _, _, _ in -1 }, nil) else {
        throw KeyError.unreadable(.drain("read a PEM private key"))
      }
      // Trying one decoder after another leaves the misses in the queue.
      OpenSSLError.discardQueue()
      return key
    }
  }

  /// Proves what matters: signatures of the private half verify under the public half that gets published.
  private func checkHalves() throws {
    let probe = Array("probe".utf8)
    guard try publicKey.verifySHA256(probe, signature: signSHA256(probe)) else {
      throw KeyError.halvesDisagree
    }
  }
}
