import COpenSSL

extension PrivateKey {
  /// Signs the SHA-256 digest of a message, in the form JWS wants (RFC 7518 §3.3, §3.4).
  ///
  /// - Returns: for RSA the PKCS#1 v1.5 signature, as long as the modulus; for P-256 the 64 bytes r ‖ s.
  package func signSHA256(_ message: [UInt8]) throws(OpenSSLError) -> [UInt8] {
    let signature = try signing.withCopy { context throws(OpenSSLError) in
      try sign(message, in: context)
    }
    return switch keyType {
    case .rsa: signature
    case .p256: try ECDSASignature(der: signature).fixedWidth()
    }
  }

  private func sign(_ message: [UInt8], in context: OpaquePointer) throws(OpenSSLError) -> [UInt8] {
    var signature = [UInt8](repeating: 0, count: Int(EVP_PKEY_get_size(handle.pointer)))
    var count = signature.count
    try require(EVP_DigestSign(context, &signature, &count, message, message.count), "sign")
    signature.removeLast(signature.count - count)
    return signature
  }
}
