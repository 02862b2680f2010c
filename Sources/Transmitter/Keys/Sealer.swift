import OpenSSL

/// Seals secrets at rest (signing keys, receivers' authorization headers) with AES-256-GCM under the
/// key-encryption key, so that a copy of the database alone gives none of them away.
///
/// An envelope is one version byte, the 8-byte id of the key that sealed it, then nonce, ciphertext and tag.
/// The context (what the secret is and whose) is authenticated with it, so that envelopes cannot be swapped.
package struct Sealer: Sendable {
  private static let version: UInt8 = 1
  private static let idLength = 8

  private let key: SealingKey
  private let id: [UInt8]

  /// - Parameter keyEncryptionKey: 32 random bytes.
  package init(keyEncryptionKey: [UInt8]) throws {
    key = try SealingKey(bytes: keyEncryptionKey)
    id = Array(SHA256.digest(keyEncryptionKey).prefix(Self.idLength))
  }

  /// Names the key-encryption key without telling anything of it; a restored backup asks for it by this name.
  package var keyID: String { Base32.encode(id) }

  /// The same name, as an envelope has it; nil if it is none.
  static func keyID(of envelope: [UInt8]) -> String? {
    guard envelope.first == version, envelope.count > idLength + 1 else { return nil }
    return Base32.encode(Array(envelope[1...idLength]))
  }

  /// The envelope of a secret.
  ///
  /// - Parameter context: what the secret is and whose; it opens only under the same.
  package func seal(_ secret: [UInt8], context: String) throws -> [UInt8] {
    [Self.version] + id + (try key.seal(secret, associatedData: Array(context.utf8)))
  }

  /// The secret in an envelope.
  ///
  /// - Throws: `SealerError`, which tells a wrong key from a damaged or swapped envelope.
  package func open(_ envelope: [UInt8], context: String) throws -> [UInt8] {
    guard let sealedBy = Self.keyID(of: envelope) else { throw SealerError.unreadable(context) }
    guard sealedBy == keyID else {
      throw SealerError.otherKey(context, needed: sealedBy, have: keyID)
    }
    do {
      return try key.open(Array(envelope[(Self.idLength + 1)...]), associatedData: Array(context.utf8))
    } catch {
      throw SealerError.unreadable(context)
    }
  }
}

/// Why an envelope does not open; the first value is its context.
package enum SealerError: Error, CustomStringConvertible {
  case otherKey(String, needed: String, have: String)
  case unreadable(String)

  package var description: String {
    switch self {
    case .otherKey(let context, let needed, let have):
      "\(context) was sealed under the key-encryption key \(needed), but this one is \(have); put that key back"
    case .unreadable(let context):
      "the sealed secret \(context) is damaged; restore the database from a backup"
    }
  }
}
