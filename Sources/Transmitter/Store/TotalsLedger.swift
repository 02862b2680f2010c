import SQLite
import Synchronization

/// The totals of every stream: written in the same transaction as the rows they count, and mirrored in memory
/// so that metrics and readiness never query the database.
package final class TotalsLedger: Sendable {
  private struct Mirror {
    var totals: [Int64: StreamTotals]
    /// What was added to the totals since the start: these never sink, as totals do where something is replayed.
    var flows: [Int64: StreamTotals] = [:]
    var heads: QueueHeads
  }

  private let mirror: Mutex<Mirror>

  init(_ database: Database) throws {
    mirror = Mutex(Mirror(totals: try database.loadTotals(), heads: try database.loadHeads()))
  }

  /// The totals as of the last commit; all zero for a stream that is not known.
  package func totals(of stream: Int64) -> StreamTotals {
    mirror.withLock { $0.totals[stream] ?? StreamTotals() }
  }

  /// The sum over all streams but these.
  func totals(except streams: Set<Int64>) -> StreamTotals {
    mirror.withLock { $0.totals.filter { !streams.contains($0.key) } }.values
      .reduce(into: StreamTotals()) { $0.add($1) }
  }

  /// The same with what else metrics tell of a stream.
  func figures(of stream: Int64) -> (totals: StreamTotals, flows: StreamTotals, oldest: Timestamp?) {
    mirror.withLock { mirror in
      (
        mirror.totals[stream] ?? StreamTotals(), mirror.flows[stream] ?? StreamTotals(),
        mirror.heads[stream] ?? nil
      )
    }
  }

  func apply(_ deltas: [TotalsDelta]) {
    guard !deltas.isEmpty else { return }
    mirror.withLock { mirror in
      for delta in deltas {
        mirror.totals[delta.stream, default: StreamTotals()].add(delta.count, to: delta.total)
        guard delta.count > 0 else { continue }
        mirror.flows[delta.stream, default: StreamTotals()].add(delta.count, to: delta.total)
      }
    }
  }

  func apply(_ heads: QueueHeads) {
    guard !heads.isEmpty else { return }
    mirror.withLock { $0.heads.merge(heads) { $1 } }
  }

  /// Nothing is left of a stream.
  func forget(_ stream: Int64) {
    mirror.withLock { mirror in
      mirror.totals[stream] = nil
      mirror.flows[stream] = nil
      mirror.heads[stream] = nil
    }
  }

  /// Writes a batch's changes, one statement a stream however many rows it counts. Answers the heads of the queues
  /// that may have another after it: one look-up for each stream.
  func write(_ deltas: [TotalsDelta], to database: Database) throws -> QueueHeads {
    var sums: [Int64: StreamTotals] = [:]
    for delta in deltas { sums[delta.stream, default: StreamTotals()].add(delta.count, to: delta.total) }
    for (stream, sum) in sums { try database.addTotals(sum, of: stream) }
    var heads: QueueHeads = [:]
    for stream in Set(deltas.lazy.filter(mayMoveHead).map(\.stream)) {
      heads.updateValue(try database.head(of: stream), forKey: stream)
    }
    return heads
  }

  /// What is added behind others leaves the head where it is.
  private func mayMoveHead(_ delta: TotalsDelta) -> Bool {
    guard delta.total == .queued else { return false }
    return delta.count < 0 || mirror.withLock { ($0.heads[delta.stream] ?? nil) == nil }
  }
}

/// Since when the first in each stream's queue waits; nil where nothing does.
typealias QueueHeads = [Int64: Timestamp?]

extension Database {
  fileprivate func addTotals(_ sum: StreamTotals, of stream: Int64) throws {
    try execute(
      """
      INSERT INTO stream_totals (stream, accepted, delivered, dead, expired, dropped) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (stream) DO UPDATE SET accepted = accepted + excluded.accepted,
        delivered = delivered + excluded.delivered, dead = dead + excluded.dead,
        expired = expired + excluded.expired, dropped = dropped + excluded.dropped
      """,
      stream, sum.accepted, sum.delivered, sum.dead, sum.expired, sum.dropped)
  }

  func loadTotals() throws -> [Int64: StreamTotals] {
    let queued = try query("SELECT stream, count(*) FROM delivery WHERE state = 0 GROUP BY stream") { row in
      (try row.int64(0), try row.int64(1))
    }
    let rows = try query("SELECT stream, accepted, delivered, dead, expired, dropped FROM stream_totals") {
      row in
      var totals = StreamTotals()
      totals.accepted = try row.int64(1)
      totals.delivered = try row.int64(2)
      totals.dead = try row.int64(3)
      totals.expired = try row.int64(4)
      totals.dropped = try row.int64(5)
      return (try row.int64(0), totals)
    }
    var totals = Dictionary(uniqueKeysWithValues: rows)
    for (stream, count) in queued { totals[stream, default: StreamTotals()].queued = count }
    return totals
  }

  fileprivate func loadHeads() throws -> QueueHeads {
    let streams = try query("SELECT number FROM stream") { try $0.int64(0) }
    return Dictionary(uniqueKeysWithValues: try streams.map { ($0, try head(of: $0)) })
  }

  /// Since when the first in a stream's queue waits, to the second.
  fileprivate func head(of stream: Int64) throws -> Timestamp? {
    try first(
      """
      SELECT coalesce(replayed_ms, iat * 1000) FROM delivery WHERE stream = ? AND state = 0 ORDER BY seq LIMIT 1
      """,
      stream
    ) { Timestamp(milliseconds: try $0.int64(0)) }
  }
}
