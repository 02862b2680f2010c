import SQLite

/// The SQL of replays and of dead letters that are given up.
extension Database {
  /// The number that the next event will have, or a greater one.
  var nextEvent: Int64 {
    get throws { try first("SELECT coalesce(max(id), 0) FROM event") { try $0.int64(0) + 1 } ?? 1 }
  }

  /// The next rows of a search, oldest first, whether they fit its filter or not.
  func page(of search: ChangeSearch, after position: DeliveryPosition) throws -> [DeliveryRecord] {
    search.wantsLetters
      ? try query(
        Self.lettersInOrder, search.stream, position.event, Store.pageRows, map: DeliveryRecord.init)
      : try query(
        Self.eventsInOrder, position.event, position.sequence, Store.pageRows, map: DeliveryRecord.init)
  }

  static let lettersInOrder = """
    SELECT \(DeliveryRecord.columns) FROM delivery d INDEXED BY delivery_letter \(DeliveryRecord.joins)
    WHERE d.state IN (2, 3) AND d.stream = ? AND d.event_id > ? ORDER BY d.event_id LIMIT ?
    """
  static let eventsInOrder = """
    SELECT \(DeliveryRecord.columns) FROM delivery d INDEXED BY delivery_event \(DeliveryRecord.joins)
    WHERE (d.event_id, d.seq) > (?, ?) ORDER BY d.event_id, d.seq LIMIT ?
    """

  /// Puts a settled delivery at the end of the queue: under a new number, behind what waits of its subject, and past
  /// whatever a stop of the stream has doomed. Its `jti`, its `iat` and its attempts stay. Answers false if it is no
  /// longer as the record says.
  func requeue(_ record: DeliveryRecord, at now: Timestamp) throws -> Bool {
    let old = record.position.sequence
    if record.state == .delivered { try keepSuccess(of: old) }
    let new = try nextDelivery()
    try execute(
      """
      UPDATE delivery SET seq = ?1, state = 0, due_ms = ?2, replayed_ms = ?2, settled_ms = NULL, charged = 0,
        rejections = 0,
        place = NOT EXISTS (
          SELECT 1 FROM delivery other
          WHERE other.stream = delivery.stream AND other.order_key = delivery.order_key AND other.state = 0
            AND other.place < 2)
      WHERE seq = ?3 AND state = ?4
      """,
      new, now.milliseconds, old, record.state.code)
    guard changes() > 0 else { return false }
    try execute("UPDATE attempt SET delivery = ? WHERE delivery = ?", new, old)
    return true
  }

  /// A number that no delivery has or had.
  private func nextDelivery() throws -> Int64 {
    let next = try first("UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'delivery' RETURNING seq") {
      try $0.int64(0)
    }
    guard let next else { throw StoredValueError(column: "sqlite_sequence.seq") }
    return next
  }

  /// A success stands in the delivery only, which is about to tell of other attempts.
  private func keepSuccess(of delivery: Int64) throws {
    try execute(
      """
      INSERT INTO attempt (delivery, number, ended_ms, code, status, answer)
      SELECT seq, attempts, settled_ms, last_code, last_status, x'' FROM delivery
      WHERE seq = ? AND state = 1 AND last_code IS NOT NULL ON CONFLICT DO NOTHING
      """,
      delivery)
  }

  /// Answers false if the delivery is no longer as the record says.
  func discard(_ record: DeliveryRecord, because reason: String, at now: Timestamp) throws -> Bool {
    try execute(
      "UPDATE delivery SET state = 4, settled_ms = ?, discard_reason = ? WHERE seq = ? AND state = ?",
      now.milliseconds, reason, record.position.sequence, record.state.code)
    return changes() > 0
  }
}
