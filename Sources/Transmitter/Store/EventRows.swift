import JSON
import SQLite
import SharedSignals

/// The SQL of events and of submissions that may be repeated.
extension Database {
  func insert(_ event: Event, at now: Timestamp) throws -> Int64 {
    try execute(
      "INSERT INTO event (type, subject, members, txn, accepted_ms, origin) VALUES (?, ?, ?, ?, ?, ?)",
      event.type.rawValue, event.subject.json.text(), JSONValue.object(event.members).text(),
      event.transactionID, now.milliseconds, event.origin.map { JSONValue.object($0).text() })
    return lastInsertedRowID
  }

  /// The receipt that was given for this key.
  ///
  /// - Throws: `IntakeError.keyReused` if the key came with other content then.
  func receipt(for key: IdempotencyKey, at now: Timestamp) throws -> [AcceptedEvent]? {
    let found = try first(
      "SELECT digest, answer FROM submission WHERE client_id = ? AND idempotency_key = ? AND created_ms > ?",
      key.clientID, key.name, (now - IdempotencyKey.lifetime).milliseconds
    ) { row in (digest: try row.bytes(0), answer: try row.text(1)) }
    guard let found else { return nil }
    guard found.digest == key.digest else { throw IntakeError.keyReused }
    return try JSONValue(parsing: Array(found.answer.utf8)).arrayValue?.compactMap(AcceptedEvent.init(json:))
  }

  func keep(_ accepted: [AcceptedEvent], for key: IdempotencyKey, at now: Timestamp) throws {
    try forgetSubmissions(before: now - IdempotencyKey.lifetime)
    try execute(
      """
      INSERT OR REPLACE INTO submission (client_id, idempotency_key, digest, answer, created_ms) VALUES (?, ?, ?, ?, ?)
      """,
      key.clientID, key.name, key.digest, JSONValue.array(accepted.map(\.json)).text(), now.milliseconds)
  }

  /// Two old ones go for each new one, so that the table shrinks to what is in force without long deletions.
  private func forgetSubmissions(before time: Timestamp) throws {
    try execute(
      """
      DELETE FROM submission WHERE (client_id, idempotency_key) IN (
        SELECT client_id, idempotency_key FROM submission WHERE created_ms <= ? ORDER BY created_ms LIMIT 2)
      """,
      time.milliseconds)
  }
}
