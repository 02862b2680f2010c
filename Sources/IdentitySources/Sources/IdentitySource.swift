package import Transmitter

/// Where identities come from: an HR system, a directory. It owns the snapshot that imports are compared with.
package struct IdentitySource: Hashable, Sendable {
  /// Its short name in the tables.
  let number: Int64
  package let id: String
  package let description: String?
  /// How many identities its snapshot holds.
  package let identities: Int
  package let created: Timestamp
}
