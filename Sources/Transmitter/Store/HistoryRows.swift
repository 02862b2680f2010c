import SQLite

/// Settled deliveries that are kept for a time of their own.
enum KeptDeliveries {
  /// Delivered and dropped ones.
  case done
  /// Dead and expired ones.
  case letters

  /// What a statement selects them from, up to its further conditions.
  fileprivate var rows: String {
    switch self {
    case .done: "delivery INDEXED BY delivery_age WHERE state IN (1, 4)"
    case .letters: "delivery INDEXED BY delivery_letter_age WHERE state IN (2, 3)"
    }
  }
}

/// The SQL of forgetting. Every statement is an index look-up or a short page.
extension Database {
  /// Forgets some deliveries that were settled before this time, oldest first; answers how many.
  func forget(_ kept: KeptDeliveries, settledBefore time: Timestamp, atMost limit: Int) throws -> Int {
    let old = try query(
      "SELECT seq, event_id FROM \(kept.rows) AND settled_ms < ? ORDER BY settled_ms LIMIT ?",
      time.milliseconds, limit
    ) { (sequence: try $0.int64(0), event: try $0.int64(1)) }
    for delivery in old {
      try execute("DELETE FROM attempt WHERE delivery = ?", delivery.sequence)
      try execute("DELETE FROM delivery WHERE seq = ?", delivery.sequence)
      try forgetEvent(delivery.event)
    }
    return old.count
  }

  /// The next events in the order of acceptance, up to the first that is too young to be forgotten. One from the future
  /// was accepted while the clock was wrong: it tells nothing of those behind it, and is passed over.
  func eventPage(
    after id: Int64, acceptedBefore time: Timestamp, now: Timestamp, atMost limit: Int
  ) throws -> [(id: Int64, isOld: Bool)] {
    try queryPrefix("SELECT id, accepted_ms FROM event WHERE id > ? ORDER BY id LIMIT ?", id, limit) { row in
      let accepted = Timestamp(milliseconds: try row.int64(1))
      guard accepted < time || accepted > now else { return nil }
      return (id: try row.int64(0), isOld: accepted < time)
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
    let accepted = try first("SELECT accepted_ms FROM event WHERE id > ? ORDER BY id LIMIT 1", event) {
      try $0.int64(0)
    }
    return [
      try firstSettled(.done)?.since(cutoffs.settled), try firstSettled(.letters)?.since(cutoffs.letters),
      accepted.map { Timestamp(milliseconds: $0).since(cutoffs.settled) },
    ].compactMap(\.self).min().map { $0 + .milliseconds(1) }
  }

  private func firstSettled(_ kept: KeptDeliveries) throws -> Timestamp? {
    let time = try first("SELECT min(settled_ms) FROM \(kept.rows)") { try $0.optionalInt64(0) }
    return (time ?? nil).map(Timestamp.init(milliseconds:))
  }
}
