import SQLite

/// What the store says of deliveries when the dispatcher begins.
struct Recollection: Sendable {
  /// The streams that there may be something to do for: those with pending deliveries, deleted ones included, and
  /// deleted ones that still store subjects.
  let streamsWithWork: Set<Int64>
  /// How much longer receivers want nothing (Retry-After).
  let quiet: [Int64: Duration]
  /// The store has seen this time; a clock that shows an earlier one was set back.
  let time: Timestamp
}

extension Database {
  /// - Parameter now: what the wall clock shows.
  func recollection(at now: Timestamp) throws -> Recollection {
    Recollection(
      streamsWithWork: Set(try streamsWithWork()), quiet: try quietStreams(at: now), time: try latestTime())
  }

  private func streamsWithWork() throws -> [Int64] {
    try query(
      """
      SELECT number FROM stream WHERE EXISTS (
        SELECT 1 FROM delivery WHERE delivery.stream = stream.number AND state = 0)
      OR deleted_ms IS NOT NULL AND EXISTS (
        SELECT 1 FROM subject_shape WHERE subject_shape.stream = stream.number)
      """
    ) { try $0.int64(0) }
  }

  private func quietStreams(at now: Timestamp) throws -> [Int64: Duration] {
    let rows = try query(
      "SELECT number, quiet_until_ms FROM stream WHERE quiet_until_ms > ? AND deleted_ms IS NULL",
      now.milliseconds
    ) { (try $0.int64(0), Timestamp(milliseconds: try $0.int64(1)).since(now)) }
    return Dictionary(uniqueKeysWithValues: rows).mapValues { min($0, AttemptResult.longestWait) }
  }

  /// The time of the newest event, or that of the last attempt as its next due time tells it: nothing is put off for
  /// longer than the longest pause.
  private func latestTime() throws -> Timestamp {
    let accepted = try first("SELECT accepted_ms FROM event ORDER BY id DESC LIMIT 1") { try $0.int64(0) }
    let due = try first(
      """
      SELECT max((SELECT max(due_ms) FROM delivery
        WHERE delivery.stream = stream.number AND state = 0 AND place > 0)) FROM stream
      """
    ) { try $0.optionalInt64(0) }
    let attempted = due?.map { Timestamp(milliseconds: $0) - DeliveryStateMachine.longestPause }
    return max(Timestamp(milliseconds: accepted ?? 0), attempted ?? Timestamp(milliseconds: 0))
  }

  // MARK: - Quiet

  /// Remembers over a restart that a receiver wants nothing before `time`.
  func keepQuiet(_ stream: Int64, until time: Timestamp) throws {
    try execute(
      "UPDATE stream SET quiet_until_ms = max(coalesce(quiet_until_ms, 0), ?) WHERE number = ?",
      time.milliseconds,
      stream)
  }

  func endQuiet(_ stream: Int64) throws {
    try execute("UPDATE stream SET quiet_until_ms = NULL WHERE number = ?", stream)
  }
}
