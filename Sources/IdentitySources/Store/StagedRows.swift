import SQLite

/// The SQL of what differs from the snapshot and waits to be applied.
extension Database {
  func stagedChange(of externalID: String, in session: Int64) throws -> PlannedChange? {
    try first(
      "SELECT action, profile FROM staged_identity WHERE session = ? AND external_id = ?", session, externalID
    ) { row in
      PlannedChange(
        externalID: externalID, action: try row.value(0), profile: try IdentityProfile(bytes: row.bytes(1)))
    }
  }

  /// Puts a change aside, upon what was put aside for the identity before. Answers whether it is its first.
  func stage(_ externalID: String, _ action: IdentityAction, _ profile: IdentityProfile, in session: Int64)
    throws -> Bool
  {
    let earlier = try stagedChange(of: externalID, in: session)
    let change =
      earlier?.followed(by: action, profile)
      ?? PlannedChange(externalID: externalID, action: action, profile: profile)
    try execute(
      "INSERT OR REPLACE INTO staged_identity (session, external_id, action, profile) VALUES (?, ?, ?, ?)",
      session, externalID, change.action.rawValue, change.profile.bytes)
    return earlier == nil
  }

  /// The next changes in the order of external ids, with their memberships.
  func stagedChanges(in session: Int64, after externalID: String, atMost limit: Int) throws -> [PlannedChange]
  {
    let changes = try query(
      """
      SELECT external_id, action, profile FROM staged_identity WHERE session = ? AND external_id > ?
      ORDER BY external_id LIMIT ?
      """,
      session, externalID, limit
    ) { row in
      PlannedChange(
        externalID: try row.text(0), action: try row.value(1),
        profile: try IdentityProfile(bytes: row.bytes(2)))
    }
    return try changes.map { change in
      var change = change
      change.memberships = try stagedMemberships(of: change.externalID, in: session)
      return change
    }
  }

  func deleteStaged(_ externalID: String, in session: Int64) throws {
    try execute("DELETE FROM staged_identity WHERE session = ? AND external_id = ?", session, externalID)
    try execute("DELETE FROM staged_membership WHERE session = ? AND external_id = ?", session, externalID)
  }

  // MARK: - Memberships

  func stageMembership(of externalID: String, in group: String, _ isMember: Bool, in session: Int64) throws {
    try execute(
      """
      INSERT OR REPLACE INTO staged_membership (session, external_id, group_id, is_member) VALUES (?, ?, ?, ?)
      """,
      session, externalID, group, isMember)
  }

  func stagedMembership(of externalID: String, in group: String, in session: Int64) throws -> Bool? {
    try first(
      "SELECT is_member FROM staged_membership WHERE session = ? AND external_id = ? AND group_id = ?",
      session,
      externalID, group
    ) { try $0.bool(0) }
  }

  func stagedMemberships(of externalID: String, in session: Int64) throws -> [PlannedChange.Membership] {
    try query(
      """
      SELECT group_id, is_member FROM staged_membership WHERE session = ? AND external_id = ? ORDER BY group_id
      """,
      session, externalID
    ) { PlannedChange.Membership(groupID: try $0.text(0), isMember: try $0.bool(1)) }
  }

  // MARK: - Groups

  func stageGroup(_ id: String, _ action: IdentityAction, _ profile: [UInt8], in session: Int64) throws {
    try execute(
      "INSERT OR REPLACE INTO staged_group (session, external_id, action, profile) VALUES (?, ?, ?, ?)",
      session,
      id, action.rawValue, profile)
  }

  func stagedGroup(_ id: String, in session: Int64) throws -> (action: IdentityAction, profile: [UInt8])? {
    try first("SELECT action, profile FROM staged_group WHERE session = ? AND external_id = ?", session, id) {
      (try $0.value(0), try $0.bytes(1))
    }
  }

  func stagedGroups(in session: Int64, after id: String, atMost limit: Int) throws
    -> [(id: String, action: IdentityAction, profile: [UInt8])]
  {
    try query(
      """
      SELECT external_id, action, profile FROM staged_group WHERE session = ? AND external_id > ?
      ORDER BY external_id LIMIT ?
      """,
      session, id, limit
    ) { (try $0.text(0), try $0.value(1), try $0.bytes(2)) }
  }

  // MARK: - Clearing

  /// Deletes one slice of all that is put aside; answers false when nothing was left.
  func clearStaged(_ session: Int64, atMost limit: Int) throws -> Bool {
    for sql in Self.clearing {
      try execute(sql, session, limit)
      if changes() > 0 { return true }
    }
    return false
  }

  private static let clearing = [
    """
    DELETE FROM staged_identity WHERE (session, external_id) IN (
      SELECT session, external_id FROM staged_identity WHERE session = ? LIMIT ?)
    """,
    """
    DELETE FROM staged_membership WHERE (session, external_id, group_id) IN (
      SELECT session, external_id, group_id FROM staged_membership WHERE session = ? LIMIT ?)
    """,
    """
    DELETE FROM staged_group WHERE (session, external_id) IN (
      SELECT session, external_id FROM staged_group WHERE session = ? LIMIT ?)
    """,
  ]
}
