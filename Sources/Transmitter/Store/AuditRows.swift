import HTTP
import JSON
import SQLite

/// Where the audit log begins and ends.
struct AuditChain: Sendable {
  /// What the oldest entry that is kept follows.
  let begin: AuditLink
  /// The newest entry.
  let head: AuditLink
}

/// The SQL of the audit log.
extension Database {
  func auditChain() throws -> AuditChain {
    let chain = try first("SELECT begin_seq, begin_hash, head_seq, head_hash FROM audit_chain") { row in
      AuditChain(
        begin: AuditLink(sequence: try row.int64(0), hash: try row.bytes(1)),
        head: AuditLink(sequence: try row.int64(2), hash: try row.bytes(3)))
    }
    guard let chain else { throw StoredValueError(column: "audit_chain") }
    return chain
  }

  func append(_ entry: AuditEntry) throws {
    try execute(
      "INSERT INTO audit (seq, entry, hash, time, actor, target) VALUES (?, ?, ?, ?, ?, ?)",
      entry.link.sequence, entry.text, entry.link.hash, entry.keys.time, entry.keys.actor, entry.keys.target)
    try execute("UPDATE audit_chain SET head_seq = ?, head_hash = ?", entry.link.sequence, entry.link.hash)
  }

  /// When the oldest entry that is kept was written; nil for an empty log.
  func oldestAuditTime() throws -> Timestamp? {
    let time = try first("SELECT time FROM audit ORDER BY seq LIMIT 1") { try $0.text(0) }
    return time.flatMap(RFC3339.parse).map(Timestamp.init(milliseconds:))
  }

  /// Has the log begin behind an entry.
  func deleteAudit(through last: AuditLink) throws {
    try execute("DELETE FROM audit WHERE seq <= ?", last.sequence)
    try execute("UPDATE audit_chain SET begin_seq = ?, begin_hash = ?", last.sequence, last.hash)
  }

  /// A page of the log in its own order.
  func auditEntries(after sequence: Int64, atMost limit: Int) throws -> [AuditEntry] {
    try query(
      "SELECT \(Self.auditColumns) FROM audit WHERE seq > ? ORDER BY seq LIMIT ?", sequence, limit,
      map: Self.auditEntry)
  }

  /// A page of the log, newest first, of what has happened between two times.
  func auditEntries(_ filter: AuditFilter, atMost limit: Int) throws -> [AuditEntry] {
    guard let (time, sequence) = try end(of: filter) else { return [] }
    let (key, condition) = Self.condition(filter)
    let sql = """
      SELECT \(Self.auditColumns) FROM audit WHERE \(condition) AND (time, seq) < (?, ?) AND time >= ?
      ORDER BY time DESC, seq DESC LIMIT ?
      """
    let since = filter.since.map { "\($0)" } ?? ""
    guard let key else { return try query(sql, time, sequence, since, limit, map: Self.auditEntry) }
    return try query(sql, key, time, sequence, since, limit, map: Self.auditEntry)
  }

  /// What one index can look for: of both a target and an actor, the target.
  private static func condition(_ filter: AuditFilter) -> (key: String?, sql: String) {
    if let target = filter.target { return (target, "target = ?") }
    if let actor = filter.actor { return (actor, "actor = ?") }
    return (nil, "true")
  }

  /// Later in the alphabet than any time.
  private static let endOfTime = "Z"

  /// What all entries of the page come before; nil if the entry that the page goes on behind has gone.
  private func end(of filter: AuditFilter) throws -> (time: String, sequence: Int64)? {
    guard let sequence = filter.before else {
      return (filter.until.map { "\($0)" } ?? Self.endOfTime, 0)
    }
    return try first("SELECT time FROM audit WHERE seq = ?", sequence) { (try $0.text(0), sequence) }
  }

  private static let auditColumns = "seq, entry, hash, time, actor, target"

  private static func auditEntry(_ row: borrowing Row) throws -> AuditEntry {
    AuditEntry(
      stored: try row.text(1),
      keys: AuditEntry.Keys(time: try row.text(3), actor: try row.text(4), target: try row.text(5)),
      link: AuditLink(sequence: try row.int64(0), hash: try row.bytes(2)))
  }
}
