import COpenSSL

extension PublicKey {
  /// Whether the signature, in the form JWS carries it (see ``PrivateKey/signSHA256(_:)``), is this key's over
  /// the SHA-256 digest of the message. A signature of the wrong length is simply not.
  ///
  /// - Throws: ``OpenSSLError`` where the question could not be answered.
  package func verifySHA256(_ message: [UInt8], signature: [UInt8]) throws(OpenSSLError) -> Bool {
    switch keyType {
    case .rsa:
      guard signature.count == Int(EVP_PKEY_get_size(handle.pointer)) else { return false }
      return try verify(message, signature)
    case .p256:
      guard let signature = try ECDSASignature.parse(fixedWidth: signature) else { return false }
      return try verify(message, signature.der())
    }
  }

  private func verify(_ message: [UInt8], _ signature: [UInt8]) throws(OpenSSLError) -> Bool {
    try verifying.withCopy { context throws(OpenSSLError) in
      switch EVP_DigestVerify(context, signature, signature.count, message, message.count) {
      case 1:
        return true
      case 0:
        // The queue now says why the signature is bad; the next failure must not inherit that.
        OpenSSLError.discardQueue()
        return false
      default:
        throw OpenSSLError.drain("verify a signature")
      }
    }
  }
}
