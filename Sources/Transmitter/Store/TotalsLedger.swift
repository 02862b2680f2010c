import SQLite
import Synchronization

/// The totals of every stream: written in the same transaction as the rows they count, and mirrored in memory
/// so that metrics and readiness never query the database.
package final class TotalsLedger: Sendable {
  private let totals: Mutex<[Int64: StreamTotals]>

  init(_ totals: [Int64: StreamTotals]) {
    self.totals = Mutex(totals)
  }

  /// The totals as of the last commit; all zero for a stream that is not known.
  package func totals(of stream: Int64) -> StreamTotals {
    totals.withLock { $0[stream] ?? StreamTotals() }
  }

  func apply(_ deltas: [TotalsDelta]) {
    guard !deltas.isEmpty else { return }
    totals.withLock { totals in
      for delta in deltas { totals[delta.stream, default: StreamTotals()].add(delta.count, to: delta.total) }
    }
  }

  /// Writes a batch's changes, one statement a stream however many rows it counts.
  func write(_ deltas: [TotalsDelta], to database: Database) throws {
    var sums: [Int64: StreamTotals] = [:]
    for delta in deltas { sums[delta.stream, default: StreamTotals()].add(delta.count, to: delta.total) }
    for (stream, sum) in sums { try database.addTotals(sum, of: stream) }
  }
}

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
    return Dictionary(uniqueKeysWithValues: rows)
  }
}
