import JSON
import SQLite
import Transmitter

/// The SQL of the snapshot's groups and their members.
extension Database {
  func hasGroup(_ id: String, of source: Int64) throws -> Bool {
    try first("SELECT EXISTS (SELECT 1 FROM identity_group WHERE source = ? AND external_id = ?)", source, id)
    {
      try $0.bool(0)
    } ?? false
  }

  func group(_ id: String, of source: Int64) throws -> IdentityGroup? {
    try first("SELECT profile FROM identity_group WHERE source = ? AND external_id = ?", source, id) { row in
      IdentityGroup(externalID: id, profile: try row.bytes(0))
    }
  }

  func upsertGroup(_ id: String, _ profile: [UInt8], of source: Int64, at now: Timestamp) throws {
    try execute(
      """
      INSERT INTO identity_group (source, external_id, profile, created_ms, updated_ms) VALUES (?1, ?2, ?3, ?4, ?4)
      ON CONFLICT DO UPDATE SET profile = excluded.profile, updated_ms = excluded.updated_ms
      WHERE profile <> excluded.profile
      """,
      source, id, profile, now.milliseconds)
  }

  func deleteGroup(_ id: String, of source: Int64) throws {
    try execute("DELETE FROM identity_group WHERE source = ? AND external_id = ?", source, id)
  }

  // MARK: - Members

  /// The groups that an identity is in, in the order of their ids.
  func groups(ofIdentity externalID: String, of source: Int64) throws -> [IdentityGroup] {
    try query(
      """
      SELECT m.group_id, coalesce(g.profile, x'') FROM identity_membership m
      LEFT JOIN identity_group g ON g.source = m.source AND g.external_id = m.group_id
      WHERE m.source = ? AND m.external_id = ? ORDER BY m.group_id
      """,
      source, externalID
    ) { IdentityGroup(externalID: try $0.text(0), profile: try $0.bytes(1)) }
  }

  func isMember(_ externalID: String, of group: String, in source: Int64) throws -> Bool {
    try first(
      """
      SELECT EXISTS (
        SELECT 1 FROM identity_membership WHERE source = ? AND external_id = ? AND group_id = ?)
      """,
      source, externalID, group
    ) { try $0.bool(0) } ?? false
  }

  /// The next members of a group, in the order of their external ids.
  func members(of group: String, in source: Int64, after externalID: String, atMost limit: Int) throws
    -> [String]
  {
    try query(
      """
      SELECT external_id FROM identity_membership WHERE source = ? AND group_id = ? AND external_id > ?
      ORDER BY external_id LIMIT ?
      """,
      source, group, externalID, limit
    ) { try $0.text(0) }
  }

  func setMembership(of externalID: String, in group: String, _ isMember: Bool, of source: Int64) throws {
    try execute(isMember ? Self.insertMembership : Self.deleteMembership, source, externalID, group)
  }

  private static let insertMembership = """
    INSERT INTO identity_membership (source, external_id, group_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING
    """
  private static let deleteMembership = """
    DELETE FROM identity_membership WHERE source = ? AND external_id = ? AND group_id = ?
    """
}

extension IdentityGroup {
  /// A group by its kept profile; its id stands for a name that it does not have.
  init(externalID: String, profile: [UInt8]) {
    let name = (try? JSONValue(parsing: profile))?["displayName"]?.stringValue
    self.init(externalID: externalID, displayName: name ?? externalID)
  }
}
