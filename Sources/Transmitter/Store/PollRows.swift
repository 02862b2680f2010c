import SQLite
import SharedSignals

/// The SQL of polls.
extension Database {
  /// What waits in a stream, oldest first; of a stopped stream only its farewell.
  func pollPage(of stream: Stream, issuer: String, atMost limit: Int) throws -> [PendingDelivery] {
    try query(
      stream.status == .enabled ? Self.waiting : Self.waitingFarewell,
      stream.number, stream.droppedThrough, limit
    ) { try PendingDelivery($0, issuer: issuer) }
  }

  private static let waiting = """
    SELECT \(PendingDelivery.columns) FROM delivery d \(PendingDelivery.itsEvent)
    WHERE d.stream = ? AND d.state = 0 AND d.seq > ? ORDER BY d.seq LIMIT ?
    """

  /// Left to itself the planner would look through all that a stop holds.
  static let waitingFarewell = """
    SELECT \(PendingDelivery.columns) FROM delivery d INDEXED BY delivery_farewell \(PendingDelivery.itsEvent)
    WHERE d.stream = ? AND d.state = 0 AND d.farewell = 1 AND d.seq > ? ORDER BY d.seq LIMIT ?
    """

  func pendingDelivery(_ jti: String, of stream: Int64) throws -> DeliveryKey? {
    try first("SELECT seq, order_key FROM delivery WHERE stream = ? AND jti = ? AND state = 0", stream, jti) {
      DeliveryKey(sequence: try $0.int64(0), stream: stream, orderKey: try $0.bytes(1))
    }
  }

  /// Whether the oldest delivery that waits was accepted before this time, to the second.
  func hasPending(of stream: Int64, acceptedBefore time: Timestamp) throws -> Bool {
    try first("SELECT iat FROM delivery WHERE stream = ? AND state = 0 ORDER BY seq LIMIT 1", stream) {
      try $0.int64(0) < time.seconds
    } ?? false
  }

  func pendingDeliveries(
    of stream: Int64, acceptedBefore time: Timestamp, atMost limit: Int
  ) throws -> [DeliveryKey] {
    let oldest = try query(
      "SELECT seq, order_key, iat FROM delivery WHERE stream = ? AND state = 0 ORDER BY seq LIMIT ?", stream,
      limit
    ) { row in
      (DeliveryKey(sequence: try row.int64(0), stream: stream, orderKey: try row.bytes(1)), try row.int64(2))
    }
    return oldest.filter { $0.1 < time.seconds }.map(\.0)
  }
}
