import SQLite

/// Which streams' doomed deliveries have been dropped, and which are being dropped. Pure.
struct Sweeps: Sendable {
  /// Up to which delivery each stream was swept, or is being swept.
  private var ends: [Int64: Int64] = [:]
  /// The streams under way, with the number of their sweeps: a stream may be stopped again during one.
  private var underWay: [Int64: Int] = [:]

  /// Whether a sweep up to `last` is needed. Answering true begins it.
  mutating func begins(_ stream: Int64, through last: Int64) -> Bool {
    guard last > ends[stream, default: 0] else { return false }
    ends[stream] = last
    underWay[stream, default: 0] += 1
    return true
  }

  mutating func end(_ stream: Int64) {
    let left = underWay[stream, default: 1] - 1
    underWay[stream] = left > 0 ? left : nil
  }

  func isUnderWay(_ stream: Int64) -> Bool { underWay[stream] != nil }
}

extension Transaction {
  /// Clears one slice of a stream's doomed deliveries, or else of what a deleted stream has stored; answers how
  /// many rows.
  func sweep(_ stream: Int64, at now: Timestamp) throws -> Int {
    let doomed = try database.doomed(in: stream, atMost: Store.pageRows)
    for delivery in doomed { try settle(delivery, as: .dropped, nil, at: now) }
    return !doomed.isEmpty
      ? doomed.count : try database.deleteSubjects(ofDeleted: stream, atMost: Store.pageRows)
  }
}
