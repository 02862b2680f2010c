import SQLite

/// The SQL of forgetting. Every statement is an index look-up or a short page.
extension Database {
  /// Forgets some deliveries that were delivered or dropped before this time, oldest first; answers how many.
  func forgetDeliveries(settledBefore time: Timestamp, atMost limit: Int) throws -> Int {
    let old = try query(
      """
      SELECT seq, event_id FROM delivery INDEXED BY delivery_age
      WHERE state IN (1, 4) AND settled_ms < ? ORDER BY settled_ms LIMIT ?
      """,
      time.milliseconds, limit
    ) { (try $0.int64(0), try $0.int64(1)) }
    return try forget(old)
  }

  /// The same for dead letters.
  func forgetLetters(settledBefore time: Timestamp, atMost limit: Int) throws -> Int {
    let old = try query(
      """
      SELECT seq, event_id FROM delivery INDEXED BY delivery_letter_age
      WHERE state IN (2, 3) AND settled_ms < ? ORDER BY settled_ms LIMIT ?
      """,
      time.milliseconds, limit
    ) { (try $0.int64(0), try $0.int64(1)) }
    return try forget(old)
  }

  private func forget(_ deliveries: [(sequence: Int64, event: Int64)]) throws -> Int {
    for delivery in deliveries {
      try execute("DELETE FROM attempt WHERE delivery = ?", delivery.sequence)
      try execute("DELETE FROM delivery WHERE seq = ?", delivery.sequence)
      try forgetEvent(delivery.event)
    }
    return deliveries.count
  }

  /// The next events that were accepted before this time.
  func eventPage(after id: Int64, acceptedBefore time: Timestamp, atMost limit: Int) throws -> [Int64] {
    try queryPrefix("SELECT id, accepted_ms FROM event WHERE id > ? ORDER BY id LIMIT ?", id, limit) { row in
      try row.int64(1) < time.milliseconds ? try row.int64(0) : nil
    }
  }

  /// Forgets an event that no delivery refers to.
  func forgetEvent(_ id: Int64) throws {
    try execute(
      "DELETE FROM event WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM delivery WHERE event_id = ?1)", id)
  }

  /// Forgets some streams that were deleted before this time and of which nothing is left; answers which.
  func forgetStreams(deletedBefore time: Timestamp, atMost limit: Int) throws -> [Int64] {
    let streams = try query(
      """
      SELECT number FROM stream INDEXED BY stream_deleted WHERE deleted_ms IS NOT NULL AND deleted_ms < ?
        AND NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.stream = number)
        AND NOT EXISTS (SELECT 1 FROM subject_shape WHERE subject_shape.stream = number)
      LIMIT ?
      """,
      time.milliseconds, limit
    ) { try $0.int64(0) }
    for stream in streams {
      try execute("DELETE FROM stream_totals WHERE stream = ?", stream)
      try execute("DELETE FROM stream WHERE number = ?", stream)
    }
    return streams
  }

  /// In what time the next will be due; nil if there is nothing.
  func nextToForget(after event: Int64, before cutoffs: HistoryCutoffs) throws -> Duration? {
    let settled = try first(
      "SELECT min(settled_ms) FROM delivery INDEXED BY delivery_age WHERE state IN (1, 4)"
    ) {
      try $0.optionalInt64(0)
    }
    let letter = try first(
      "SELECT min(settled_ms) FROM delivery INDEXED BY delivery_letter_age WHERE state IN (2, 3)"
    ) { try $0.optionalInt64(0) }
    let accepted = try first("SELECT accepted_ms FROM event WHERE id > ? ORDER BY id LIMIT 1", event) {
      try $0.int64(0)
    }
    return [
      (settled ?? nil).map { Timestamp(milliseconds: $0).since(cutoffs.settled) },
      (letter ?? nil).map { Timestamp(milliseconds: $0).since(cutoffs.letters) },
      accepted.map { Timestamp(milliseconds: $0).since(cutoffs.settled) },
    ].compactMap(\.self).min().map { $0 + .milliseconds(1) }
  }
}
