import JSON
import SQLite
import Transmitter

/// The SQL of sessions.
extension Database {
  private static let columns = """
    s.number, s.id, s.source, i.id, s.origin, s.status, s.phase, s.is_full, s.uploads, s.records, s.created_ms,
    s.updated_ms, s.triggered_ms, s.report FROM import_session s JOIN identity_source i ON i.number = s.source
    """

  func insertSession(
    _ id: String, of source: IdentitySource, origin: ImportSession.Origin, isFull: Bool, at now: Timestamp
  ) throws -> ImportSession {
    try execute(
      """
      INSERT INTO import_session (id, source, origin, status, is_full, created_ms, updated_ms, report)
      VALUES (?, ?, ?, 'CREATED', ?, ?, ?, '{}')
      """,
      id, source.number, origin.rawValue, isFull, now.milliseconds, now.milliseconds)
    return ImportSession(
      number: lastInsertedRowID, id: id, source: source.number, sourceID: source.id, origin: origin,
      status: .created, phase: nil, isFull: isFull, uploads: 0, records: 0, created: now, updated: now,
      triggered: nil, report: ImportReport())
  }

  func session(_ id: String) throws -> ImportSession? {
    try first("SELECT \(Self.columns) WHERE s.id = ? AND i.deleted_ms IS NULL", id, map: ImportSession.init)
  }

  func session(number: Int64) throws -> ImportSession? {
    try first("SELECT \(Self.columns) WHERE s.number = ?", number, map: ImportSession.init)
  }

  /// The sessions of a source, newest first.
  func sessions(of source: Int64, atMost limit: Int) throws -> [ImportSession] {
    try query(
      "SELECT \(Self.columns) WHERE s.source = ? ORDER BY s.number DESC LIMIT ?", source, limit,
      map: ImportSession.init)
  }

  /// The sessions of all sources, newest first.
  func sessions(atMost limit: Int) throws -> [ImportSession] {
    try query(
      "SELECT \(Self.columns) WHERE i.deleted_ms IS NULL ORDER BY s.number DESC LIMIT ?", limit,
      map: ImportSession.init)
  }

  /// The oldest sessions of a source in which clients upload.
  func openSessions(of source: Int64, atMost limit: Int) throws -> [ImportSession] {
    try query(
      """
      SELECT \(Self.columns) WHERE s.status = 'CREATED' AND s.source = ? AND s.origin = 'client'
      ORDER BY s.number LIMIT ?
      """,
      source, limit, map: ImportSession.init)
  }

  /// How many imports of a source are started and have not ended.
  func activeSessions(of source: Int64) throws -> Int {
    try first(
      """
      SELECT count(*) FROM import_session WHERE source = ? AND status IN ('TRIGGERED', 'IN_PROGRESS')
      """,
      source
    ) { try $0.int(0) } ?? 0
  }

  /// Writes back what may change in a session.
  func update(_ session: ImportSession) throws {
    try execute(
      """
      UPDATE import_session SET status = ?, phase = ?, uploads = ?, records = ?, updated_ms = ?, triggered_ms = ?,
        report = ?
      WHERE number = ?
      """,
      session.status.rawValue, session.phase?.rawValue, session.uploads, session.records,
      session.updated.milliseconds, session.triggered?.milliseconds,
      JSONValue.object(session.report.json).text(), session.number)
  }

  func lastTriggered(of source: Int64) throws -> Timestamp? {
    try first("SELECT max(triggered_ms) FROM import_session WHERE source = ?", source) { row in
      try row.optionalInt64(0).map(Timestamp.init(milliseconds:))
    } ?? nil
  }

  // MARK: - Work

  /// The import that is to go on, or to begin: the first to be started of those whose source has none before them.
  /// One that is held holds back the others of its source.
  func nextImport() throws -> ImportSession? {
    try first(
      """
      SELECT \(Self.columns) WHERE s.number = (
        SELECT number FROM (
          SELECT number, phase, triggered_ms,
            row_number() OVER (PARTITION BY source ORDER BY phase IS NULL, triggered_ms, number) AS place
          FROM import_session WHERE status IN ('TRIGGERED', 'IN_PROGRESS'))
        WHERE place = 1 AND phase IS NOT 'held' ORDER BY triggered_ms, number LIMIT 1)
      """, map: ImportSession.init)
  }

  /// How many sessions that have not ended are how far.
  func sessionStages() throws -> [SessionStage: Int] {
    let rows = try query(
      """
      SELECT 'created', count(*) FROM import_session WHERE status = 'CREATED'
      UNION ALL
      SELECT coalesce(phase, 'triggered'), count(*) FROM import_session
      WHERE status IN ('TRIGGERED', 'IN_PROGRESS') GROUP BY 1
      """
    ) { row in (try row.value(0) as SessionStage, try row.int(1)) }
    return Dictionary(uniqueKeysWithValues: rows)
  }

  /// Expires the sessions that were idle since `time`; answers how many, and since when the next is idle.
  func expireSessions(idleSince time: Timestamp, at now: Timestamp) throws -> (count: Int, next: Timestamp?) {
    try execute(
      """
      UPDATE import_session SET status = 'EXPIRED', updated_ms = ? WHERE status = 'CREATED' AND updated_ms <= ?
      """,
      now.milliseconds, time.milliseconds)
    let count = changes()
    let next =
      try first("SELECT min(updated_ms) FROM import_session WHERE status = 'CREATED'") { row in
        try row.optionalInt64(0).map(Timestamp.init(milliseconds:))
      } ?? nil
    return (count, next)
  }

  // MARK: - Ends

  /// As many ended sessions of a source are remembered.
  static let keptSessions = 100

  func unsweptSession() throws -> Int64? {
    try first(
      """
      SELECT number FROM import_session
      WHERE swept = 0 AND status IN ('COMPLETED', 'CLOSED', 'EXPIRED', 'ERROR') ORDER BY number LIMIT 1
      """
    ) { try $0.int64(0) }
  }

  /// Deletes one slice of what an ended session has left; answers false when nothing was left.
  func sweep(_ session: Int64) throws -> Bool {
    try execute(
      "DELETE FROM import_upload WHERE id IN (SELECT id FROM import_upload WHERE session = ? LIMIT 20)",
      session
    )
    if changes() > 0 { return true }
    if try clearStaged(session, atMost: 500) { return true }
    try execute("UPDATE import_session SET swept = 1 WHERE number = ?", session)
    return false
  }

  /// Forgets the oldest swept sessions of a source beyond those that are kept.
  func forgetSessions(of source: Int64) throws {
    try execute(
      """
      DELETE FROM import_session WHERE swept = 1 AND number IN (
        SELECT number FROM import_session WHERE source = ? ORDER BY number DESC LIMIT 10 OFFSET ?)
      """,
      source, Self.keptSessions)
  }
}

extension ImportSession {
  fileprivate init(_ row: borrowing Row) throws {
    try self.init(
      number: row.int64(0), id: row.text(1), source: row.int64(2), sourceID: row.text(3),
      origin: row.value(4),
      status: row.value(5), phase: row.isNull(6) ? nil : row.value(6), isFull: row.bool(7),
      uploads: row.int(8), records: row.int(9), created: Timestamp(milliseconds: row.int64(10)),
      updated: Timestamp(milliseconds: row.int64(11)),
      triggered: row.optionalInt64(12).map(Timestamp.init(milliseconds:)),
      report: ImportReport(json: JSONValue(parsing: Array(row.text(13).utf8))))
  }
}
