import COpenSSL

/// A 256-bit key that seals secrets at rest with AES-256-GCM (NIST SP 800-38D).
///
/// An envelope is nonce (12 bytes) ‖ ciphertext ‖ tag (16 bytes). The nonce is random, so one key must seal
/// fewer than 2³² secrets (SP 800-38D §8.3). The associated data says what the secret is for: an envelope
/// moved to another place does not open there.
package struct SealingKey: Sendable {
  /// The length of a key.
  package static let byteCount = 32
  static let nonceByteCount = 12
  static let tagByteCount = 16

  let secret: SecretBytes

  /// Copies the key; the caller wipes its own with ``cleanse(_:)``.
  package init(bytes: [UInt8]) throws(SealingError) {
    guard bytes.count == Self.byteCount else { throw .keyLength(bytes.count) }
    secret = SecretBytes(bytes)
  }

  /// Encrypts a secret and binds it to its associated data. No two envelopes are alike.
  package func seal(_ plaintext: [UInt8], associatedData: [UInt8]) throws(OpenSSLError) -> [UInt8] {
    let nonce = try SecureRandom.bytes(Self.nonceByteCount)
    let cipher = try GCMCipher()
    try cipher.start(.seal, key: secret, nonce: nonce)
    try cipher.authenticate(associatedData)
    let ciphertext = try cipher.transform(plaintext)
    try require(cipher.finish(), "seal a secret")
    return try nonce + ciphertext + cipher.tag(byteCount: Self.tagByteCount)
  }

  /// Decrypts an envelope that this key sealed for the same associated data.
  ///
  /// - Throws: ``SealingError`` where it is not that, ``OpenSSLError``.
  package func open(_ envelope: [UInt8], associatedData: [UInt8]) throws -> [UInt8] {
    guard envelope.count >= Self.nonceByteCount + Self.tagByteCount else {
      throw SealingError.envelopeTooShort(envelope.count)
    }
    let nonce = Array(envelope.prefix(Self.nonceByteCount))
    let ciphertext = Array(envelope.dropFirst(Self.nonceByteCount).dropLast(Self.tagByteCount))
    let cipher = try GCMCipher()
    try cipher.start(.open, key: secret, nonce: nonce)
    try cipher.authenticate(associatedData)
    var plaintext = try cipher.transform(ciphertext)
    try cipher.expect(tag: Array(envelope.suffix(Self.tagByteCount)))
    guard cipher.finish() == 1 else {
      cleanse(&plaintext)
      OpenSSLError.discardQueue()
      throw SealingError.notAuthentic
    }
    return plaintext
  }
}
