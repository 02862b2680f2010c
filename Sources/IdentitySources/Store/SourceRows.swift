import SQLite
import Transmitter

/// The SQL of identity sources.
extension Database {
  private static let sourceColumns = "number, id, description, identities, created_ms"

  func source(_ id: String) throws -> IdentitySource? {
    try first(
      "SELECT \(Self.sourceColumns) FROM identity_source WHERE id = ? AND deleted_ms IS NULL", id,
      map: IdentitySource.init)
  }

  func requireSource(_ id: String) throws -> IdentitySource {
    guard let source = try source(id) else { throw IdentitySourceError.noSuchSource(id) }
    return source
  }

  /// Nil for one that was deleted.
  func source(number: Int64) throws -> IdentitySource? {
    try first(
      "SELECT \(Self.sourceColumns) FROM identity_source WHERE number = ? AND deleted_ms IS NULL", number,
      map: IdentitySource.init)
  }

  func sources() throws -> [IdentitySource] {
    try query(
      "SELECT \(Self.sourceColumns) FROM identity_source WHERE deleted_ms IS NULL ORDER BY id",
      map: IdentitySource.init)
  }

  func insertSource(_ id: String, description: String?, at now: Timestamp) throws -> IdentitySource {
    try execute(
      "INSERT INTO identity_source (id, description, created_ms) VALUES (?, ?, ?)", id, description,
      now.milliseconds)
    return IdentitySource(
      number: lastInsertedRowID, id: id, description: description, identities: 0, created: now)
  }

  func countIdentities(_ difference: Int, of source: Int64) throws {
    try execute("UPDATE identity_source SET identities = identities + ? WHERE number = ?", difference, source)
  }

  /// Takes a source out of sight, and ends its sessions; the rest is swept.
  func markDeleted(_ source: IdentitySource, at now: Timestamp) throws {
    try execute(
      "UPDATE identity_source SET deleted_ms = ? WHERE number = ?", now.milliseconds, source.number)
    try execute(
      """
      UPDATE import_session SET status = 'CLOSED', phase = NULL, updated_ms = ?
      WHERE source = ? AND status IN ('CREATED', 'TRIGGERED', 'IN_PROGRESS')
      """,
      now.milliseconds, source.number)
  }

  /// A source that was deleted and whose sessions are swept, if there is one.
  func deletedSource() throws -> Int64? {
    try first("SELECT number FROM identity_source WHERE deleted_ms IS NOT NULL LIMIT 1") { try $0.int64(0) }
  }

  /// Deletes one slice of what a deleted source has left; the source's own row goes last.
  func sweepDeleted(_ source: Int64, atMost limit: Int) throws {
    for sql in Self.remains {
      try execute(sql, source, limit)
      if changes() > 0 { return }
    }
    try execute("DELETE FROM identity_source WHERE number = ?", source)
  }

  private static let remains = [
    "DELETE FROM identity WHERE number IN (SELECT number FROM identity WHERE source = ? LIMIT ?)",
    """
    DELETE FROM identity_membership WHERE (source, external_id, group_id) IN (
      SELECT source, external_id, group_id FROM identity_membership WHERE source = ? LIMIT ?)
    """,
    """
    DELETE FROM identity_group WHERE (source, external_id) IN (
      SELECT source, external_id FROM identity_group WHERE source = ? LIMIT ?)
    """,
    "DELETE FROM import_session WHERE number IN (SELECT number FROM import_session WHERE source = ? LIMIT ?)",
  ]
}

extension IdentitySource {
  fileprivate init(_ row: borrowing Row) throws {
    try self.init(
      number: row.int64(0), id: row.text(1), description: row.optionalText(2), identities: row.int(3),
      created: Timestamp(milliseconds: row.int64(4)))
  }
}
