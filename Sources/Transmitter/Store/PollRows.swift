import SQLite
import SharedSignals

/// The SQL of polls.
extension Database {
  /// What waits in a stream, oldest first, as much as fits into one answer; of a stopped stream only its farewell.
  ///
  /// - Parameters:
  ///   - bytes: reading ends with the event that reaches this size in all.
  ///   - oldest: a farewell that was accepted before is no longer offered.
  func pollPage(
    of stream: Stream, issuer: String, atMost limit: Int, bytes: Int, farewellsSince oldest: Timestamp
  ) throws -> PollPage {
    var count = 0
    var size = 0
    var isCut = false
    let read = { (row: borrowing Row) throws -> PendingDelivery? in
      // The first row that does not fit tells that there is more.
      isCut = count == limit || size >= bytes
      guard !isCut else { return nil }
      count += 1
      size += try PendingDelivery.eventSize(in: row)
      return try PendingDelivery(row, issuer: issuer)
    }
    let deliveries =
      stream.status == .enabled
      ? try queryPrefix(Self.waiting, stream.number, stream.droppedThrough, limit + 1, map: read)
      : try queryPrefix(
        Self.waitingFarewell, stream.number, stream.droppedThrough, oldest.milliseconds, limit + 1, map: read)
    return PollPage(deliveries: deliveries, isMoreAvailable: isCut)
  }

  private static let waiting = """
    SELECT \(PendingDelivery.columns) FROM delivery d \(PendingDelivery.itsEvent)
    WHERE d.stream = ? AND d.state = 0 AND d.seq > ? ORDER BY d.seq LIMIT ?
    """

  /// Left to itself the planner would look through all that a stop holds.
  static let waitingFarewell = """
    SELECT \(PendingDelivery.columns) FROM delivery d INDEXED BY delivery_farewell \(PendingDelivery.itsEvent)
    WHERE d.stream = ? AND d.state = 0 AND d.farewell = 1 AND d.seq > ? AND e.accepted_ms >= ?
    ORDER BY d.seq LIMIT ?
    """

  func pendingDelivery(_ jti: String, of stream: Int64) throws -> DeliveryKey? {
    try first("SELECT seq, order_key FROM delivery WHERE stream = ? AND jti = ? AND state = 0", stream, jti) {
      DeliveryKey(sequence: try $0.int64(0), stream: stream, orderKey: try $0.bytes(1))
    }
  }
}

/// What one poll is given.
struct PollPage: Sendable {
  /// Oldest first.
  let deliveries: [PendingDelivery]
  let isMoreAvailable: Bool
}
