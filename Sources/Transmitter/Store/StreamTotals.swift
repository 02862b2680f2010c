/// What became of a stream's deliveries, since its creation. At all times
/// accepted = delivered + pending + dead + expired + dropped.
package struct StreamTotals: Hashable, Sendable {
  package var accepted: Int64 = 0
  package var delivered: Int64 = 0
  package var dead: Int64 = 0
  package var expired: Int64 = 0
  package var dropped: Int64 = 0

  package init() {}

  package var pending: Int64 { accepted - delivered - dead - expired - dropped }

  mutating func add(_ count: Int64, to total: TotalsDelta.Total) {
    switch total {
    case .accepted: accepted += count
    case .delivered: delivered += count
    case .dead: dead += count
    case .expired: expired += count
    case .dropped: dropped += count
    }
  }
}

/// A change of one total of one stream.
package struct TotalsDelta: Sendable {
  /// Which of the totals.
  package enum Total: Sendable { case accepted, delivered, dead, expired, dropped }

  let stream: Int64
  let total: Total
  let count: Int64
}
