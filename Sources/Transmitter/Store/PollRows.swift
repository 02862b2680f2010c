import SQLite
import SharedSignals

/// The SQL of polls.
extension Database {
  /// What waits in a stream, oldest first; of a stopped stream only its farewell.
  func pollPage(of stream: Stream, issuer: String, atMost limit: Int) throws -> [PendingDelivery] {
    let which = stream.status == .enabled ? "" : " AND farewell = 1"
    let waiting = try query(
      "SELECT seq FROM delivery WHERE stream = ? AND state = 0\(which) AND seq > ? ORDER BY seq LIMIT ?",
      stream.number, stream.droppedThrough, limit
    ) { try $0.int64(0) }
    return try waiting.compactMap { try pendingDelivery($0, issuer: issuer) }
  }

  func pendingDelivery(_ jti: String, of stream: Int64) throws -> DeliveryKey? {
    try first("SELECT seq, order_key FROM delivery WHERE stream = ? AND jti = ? AND state = 0", stream, jti) {
      DeliveryKey(sequence: try $0.int64(0), stream: stream, orderKey: try $0.bytes(1))
    }
  }

  /// When the oldest delivery that waits was accepted, to the second.
  func oldestPending(of stream: Int64) throws -> Timestamp? {
    try first("SELECT iat FROM delivery WHERE stream = ? AND state = 0 ORDER BY seq LIMIT 1", stream) {
      Timestamp(milliseconds: try $0.int64(0) * 1000)
    }
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
