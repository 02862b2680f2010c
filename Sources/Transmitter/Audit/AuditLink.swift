import OpenSSL

/// A place in the audit log's chain: an entry's number and the digest that the next entry must name. Who has noted
/// one elsewhere can tell later whether the log up to there is still what it was.
package struct AuditLink: Hashable, Sendable {
  package let sequence: Int64
  package let hash: [UInt8]

  /// - Parameter hash: 32 bytes.
  init(sequence: Int64, hash: [UInt8]) {
    self.sequence = sequence
    self.hash = hash
  }

  /// - Parameter hash: 64 hexadecimal digits in lower case; nil if it is something else.
  package init?(sequence: Int64, hexadecimal hash: String) {
    guard let bytes = Hexadecimal.decode(hash), bytes.count == SHA256.byteCount else { return nil }
    self.init(sequence: sequence, hash: bytes)
  }

  /// What the first entry of all follows.
  static let origin = AuditLink(sequence: 0, hash: [UInt8](repeating: 0, count: SHA256.byteCount))

  package var hexadecimal: String { Hexadecimal.encode(hash) }
}
