/// Why a secret could not be sealed or opened.
package enum SealingError: Error, Equatable, CustomStringConvertible {
  /// The key is not 32 bytes long.
  case keyLength(Int)
  /// The envelope is shorter than a nonce and a tag.
  case envelopeTooShort(Int)
  /// The tag does not match: another key, other associated data, or changed bytes.
  case notAuthentic

  package var description: String {
    switch self {
    case .keyLength(let count):
      "a sealing key has \(SealingKey.byteCount) bytes, not \(count)"
    case .envelopeTooShort(let count):
      "a sealed envelope of \(count) bytes is too short to hold a nonce and a tag"
    case .notAuthentic:
      "the sealed envelope is not authentic: it was sealed under another key or for another purpose, or changed"
    }
  }
}
