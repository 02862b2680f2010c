import SQLite

/// How far an expiry of a stream's queue has come.
struct ExpirySlice: Sendable {
  /// The last delivery that was looked at.
  var last: Int64 = 0
  /// Since when the oldest waits that was left.
  var oldest: Timestamp?
  var isLast = false
}

extension Transaction {
  /// Expires the next slice of what waits in a stream since before `cutoff`. The queue is in the order of acceptance:
  /// it ends at the first that is young enough and tells of those behind it.
  func expire(
    after former: ExpirySlice = ExpirySlice(), before cutoff: Timestamp, of stream: Int64, at now: Timestamp
  ) throws -> ExpirySlice {
    var slice = former
    let page = try database.waiting(in: stream, after: former.last, atMost: Store.pageRows)
    slice.isLast = page.count < Store.pageRows
    for delivery in page {
      slice.last = delivery.key.sequence
      guard delivery.since >= cutoff else {
        try settle(delivery.key, as: .expired, .tooOld, at: now)
        continue
      }
      slice.oldest = min(slice.oldest ?? delivery.since, delivery.since)
      guard !delivery.isInOrder(at: now) else {
        slice.isLast = true
        break
      }
    }
    return slice
  }
}

/// A delivery that waits, and since when its age counts: since its acceptance, or its replay.
struct WaitingDelivery: Sendable {
  let key: DeliveryKey
  let since: Timestamp
  let isReplayed: Bool

  /// Whether those behind it are no older. One that was replayed is as old as its replay; one from the future was
  /// accepted while the clock was wrong, and tells of no other.
  func isInOrder(at now: Timestamp) -> Bool { !isReplayed && since <= now }
}

/// The SQL of horizons.
extension Database {
  /// What is first in a stream's queue.
  func firstWaiting(in stream: Int64) throws -> WaitingDelivery? {
    try waiting(in: stream, after: 0, atMost: 1).first
  }

  fileprivate func waiting(
    in stream: Int64, after sequence: Int64, atMost limit: Int
  ) throws -> [WaitingDelivery] {
    try query(
      """
      SELECT d.seq, d.order_key, coalesce(d.replayed_ms, e.accepted_ms), d.replayed_ms IS NOT NULL
      FROM delivery d \(PendingDelivery.itsEvent)
      WHERE d.stream = ? AND d.state = 0 AND d.seq > ? ORDER BY d.seq LIMIT ?
      """,
      stream, sequence, limit
    ) { row in
      WaitingDelivery(
        key: DeliveryKey(sequence: try row.int64(0), stream: stream, orderKey: try row.bytes(1)),
        since: Timestamp(milliseconds: try row.int64(2)), isReplayed: try row.bool(3))
    }
  }
}
