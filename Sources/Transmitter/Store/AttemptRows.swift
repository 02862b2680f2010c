import SQLite

/// The SQL of attempts.
extension Database {
  /// The most attempts that are kept of one delivery: its last ones.
  static let attemptsKept = 20

  /// Keeps what the last attempt of a delivery came to. A plain success stands in the delivery itself.
  func note(_ result: AttemptResult, of delivery: DeliveryKey, at now: Timestamp) throws {
    guard result.kind != .accepted, result != .tooOld else { return }
    // There is a conflict only where somebody else settled the delivery during the attempt.
    try execute(
      """
      INSERT INTO attempt (delivery, number, ended_ms, code, status, answer)
      SELECT seq, attempts, ?, ?, ?, ? FROM delivery WHERE seq = ? ON CONFLICT DO NOTHING
      """,
      now.milliseconds, result.code, result.status, result.answer, delivery.sequence)
    try execute(
      """
      DELETE FROM attempt WHERE delivery = ?1
        AND number <= (SELECT attempts FROM delivery WHERE seq = ?1) - \(Self.attemptsKept)
      """,
      delivery.sequence)
  }

  /// What is kept of a delivery's attempts, oldest first.
  func attempts(of delivery: Int64) throws -> [AttemptRecord] {
    try query(
      "SELECT number, ended_ms, code, status, answer FROM attempt WHERE delivery = ? ORDER BY number",
      delivery
    ) { row in
      try AttemptRecord(
        number: row.int(0), ended: Timestamp(milliseconds: row.int64(1)), code: row.text(2),
        status: row.optionalInt64(3).map(Int.init), answer: row.bytes(4))
    }
  }
}
