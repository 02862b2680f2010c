import SQLite
import SharedSignals

/// The SQL of deliveries. Every statement is an index look-up or a short page.
extension Database {
  /// Queues one delivery: at once in line if nothing of the same subject is before it, else behind that. A farewell
  /// stands aside: what is before it may be held until the stream goes on.
  func insertDelivery(
    of event: Int64, to stream: Stream, jti: String, orderKey: [UInt8], isFarewell: Bool, at now: Timestamp
  ) throws {
    try execute(
      """
      INSERT INTO delivery (stream, event_id, jti, iat, audience, profile, order_key, due_ms, farewell, place)
      VALUES (?1, ?2, ?3, ?4, ?5, ?8, ?6, ?7, ?9, iif(?9, 2, NOT EXISTS (
        SELECT 1 FROM delivery WHERE stream = ?1 AND order_key = ?6 AND state = 0 AND place < 2)))
      """,
      stream.number, event, jti, now.seconds, stream.audience, orderKey, now.milliseconds,
      stream.form.profile.rawValue, isFarewell)
  }

  /// The last queued delivery of a stream, or 0: what a stop of the stream dooms.
  func lastDelivery(of stream: Int64) throws -> Int64 {
    try first("SELECT max(seq) FROM delivery WHERE stream = ? AND state = 0", stream) { row in
      try row.optionalInt64(0) ?? 0
    } ?? 0
  }

  /// The next due deliveries that are not `known` yet, `wanted` of them at most and fewer where they are large; of a
  /// stopped stream only its farewell.
  func duePage(
    of stream: Stream, issuer: String, except known: Set<Int64>, atMost wanted: Int, at now: Timestamp
  ) throws -> DuePage {
    let due = try query(
      stream.status == .enabled ? Self.dueInOrder : Self.dueFarewell,
      stream.number, now.milliseconds, wanted + known.count
    ) { try $0.int64(0) }
    let new = due.lazy.filter { !known.contains($0) && $0 > stream.droppedThrough }.prefix(wanted)
    var deliveries: [PendingDelivery] = []
    var size = 0
    for sequence in new {
      guard size < StreamQueue.readAheadBytes else { break }
      guard let delivery = try pendingDelivery(sequence, issuer: issuer) else { continue }
      deliveries.append(delivery)
      size += delivery.size
    }
    let isFull = due.count == wanted + known.count || size >= StreamQueue.readAheadBytes
    return DuePage(
      deliveries: deliveries, isFull: isFull,
      nextDue: isFull ? nil : try nextDue(of: stream.number, after: now))
  }

  private static let dueInOrder = """
    SELECT seq FROM delivery WHERE stream = ? AND state = 0 AND place > 0 AND due_ms <= ?
    ORDER BY due_ms, seq LIMIT ?
    """

  /// Left to itself the planner would look through all that a stop holds.
  static let dueFarewell = """
    SELECT seq FROM delivery INDEXED BY delivery_farewell
    WHERE stream = ? AND state = 0 AND farewell = 1 AND place > 0 AND due_ms <= ? ORDER BY seq LIMIT ?
    """

  private func nextDue(of stream: Int64, after now: Timestamp) throws -> Timestamp? {
    try first(
      """
      SELECT due_ms FROM delivery WHERE stream = ? AND state = 0 AND place > 0 AND due_ms > ?
      ORDER BY due_ms LIMIT 1
      """,
      stream, now.milliseconds
    ) { Timestamp(milliseconds: try $0.int64(0)) }
  }

  func pendingDelivery(_ sequence: Int64, issuer: String) throws -> PendingDelivery? {
    try first(Self.pendingBySequence, sequence) { try PendingDelivery($0, issuer: issuer) }
  }

  private static let pendingBySequence = """
    SELECT \(PendingDelivery.columns) FROM delivery d \(PendingDelivery.itsEvent) WHERE d.seq = ?
    """

  /// Takes a delivery out of the queue and lets its successor move up. Answers false if it was out already.
  func settle(_ delivery: DeliveryKey, as state: SettledState, _ result: AttemptResult?, at now: Timestamp)
    throws -> Bool
  {
    try execute(
      """
      UPDATE delivery SET state = ?, settled_ms = ?, last_code = coalesce(?, last_code),
        last_status = coalesce(?, last_status), attempts = attempts + ?
      WHERE seq = ? AND state = 0
      """,
      state.rawValue, now.milliseconds, result?.code, result?.status,
      result == nil || result == .tooOld ? 0 : 1, delivery.sequence
    )
    guard changes() > 0 else { return false }
    try promoteSuccessor(of: delivery)
    return true
  }

  /// Puts a delivery back for a later attempt; `aside` gives its place in its subject's order away.
  func postpone(
    _ delivery: DeliveryKey, to due: Timestamp, aside: Bool, isCharged: Bool, _ result: AttemptResult
  ) throws {
    try execute(
      """
      UPDATE delivery SET due_ms = ?, place = iif(?, 2, place), attempts = attempts + 1, charged = charged + ?,
        rejections = rejections + ?, last_code = ?, last_status = ?
      WHERE seq = ? AND state = 0
      """,
      due.milliseconds, aside, isCharged, result.kind == .rejected ? 1 : 0, result.code, result.status,
      delivery.sequence)
    if aside { try promoteSuccessor(of: delivery) }
  }

  /// The first that waits behind moves up, unless somebody else holds the place. There rarely is one: looking first
  /// saves opening every index for writing.
  private func promoteSuccessor(of delivery: DeliveryKey) throws {
    let successor = try first(
      """
      SELECT seq FROM delivery WHERE stream = ? AND order_key = ? AND state = 0 AND place < 2 ORDER BY seq LIMIT 1
      """,
      delivery.stream, delivery.orderKey
    ) { try $0.int64(0) }
    guard let successor else { return }
    try execute("UPDATE delivery SET place = 1 WHERE seq = ? AND place = 0", successor)
  }

  /// The first of the deliveries that a stop of the stream has doomed.
  func doomed(in stream: Int64, atMost limit: Int) throws -> [DeliveryKey] {
    try query(
      """
      SELECT seq, order_key FROM delivery
      WHERE stream = ?1 AND state = 0 AND seq <= (SELECT dropped_through FROM stream WHERE number = ?1)
      ORDER BY seq LIMIT ?2
      """,
      stream, limit
    ) { DeliveryKey(sequence: try $0.int64(0), stream: stream, orderKey: try $0.bytes(1)) }
  }
}
