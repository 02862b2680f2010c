import SQLite
package import Transmitter

/// The SQL of the snapshot's identities.
extension Database {
  /// Whether an identity is as `profile` says, and its number; nil for one that is not there. The comparison is
  /// SQLite's, so that nothing is copied for identities that have not changed.
  func compare(_ profile: [UInt8], with externalID: String, of source: Int64) throws
    -> (number: Int64, isSame: Bool)?
  {
    try first(
      "SELECT number, profile = ? FROM identity WHERE source = ? AND external_id = ?", profile, source,
      externalID
    ) { (try $0.int64(0), try $0.bool(1)) }
  }

  func identity(_ externalID: String, of source: Int64) throws -> StoredIdentity? {
    try first(
      "SELECT number, profile, created_ms, updated_ms FROM identity WHERE source = ? AND external_id = ?",
      source, externalID
    ) { row in
      StoredIdentity(
        number: try row.int64(0), externalID: externalID, profile: try IdentityProfile(bytes: row.bytes(1)),
        created: Timestamp(milliseconds: try row.int64(2)), updated: Timestamp(milliseconds: try row.int64(3))
      )
    }
  }

  func insertIdentity(_ externalID: String, _ profile: IdentityProfile, of source: Int64, at now: Timestamp)
    throws
  {
    try execute(
      "INSERT INTO identity (source, external_id, profile, created_ms, updated_ms) VALUES (?, ?, ?, ?, ?)",
      source, externalID, profile.bytes, now.milliseconds, now.milliseconds)
  }

  func updateIdentity(_ number: Int64, _ profile: IdentityProfile, at now: Timestamp) throws {
    try execute(
      "UPDATE identity SET profile = ?, updated_ms = ? WHERE number = ?", profile.bytes, now.milliseconds,
      number)
  }

  func deleteIdentity(_ number: Int64) throws {
    try execute("DELETE FROM identity WHERE number = ?", number)
  }

  /// The number of the newest identity of all sources.
  func lastIdentity() throws -> Int64 {
    try first("SELECT max(number) FROM identity") { try $0.optionalInt64(0) ?? 0 } ?? 0
  }

  /// The next identities of a source, in the order of their external ids.
  func identities(of source: Int64, after externalID: String, atMost limit: Int) throws
    -> [(number: Int64, externalID: String)]
  {
    try query(
      """
      SELECT number, external_id FROM identity WHERE source = ? AND external_id > ? ORDER BY external_id LIMIT ?
      """,
      source, externalID, limit
    ) { (try $0.int64(0), try $0.text(1)) }
  }
}

/// An identity in the snapshot.
package struct StoredIdentity: Sendable {
  let number: Int64
  package let externalID: String
  package let profile: IdentityProfile
  package let created: Timestamp
  package let updated: Timestamp

  /// A name for it that clients may use as they like.
  package var id: String { "idn\(number)" }
}
