/// What became of a stream's deliveries, since its creation. At all times
/// accepted = delivered + pending + dead + expired + dropped.
package struct StreamTotals: Hashable, Sendable {
  package var accepted: Int64 = 0
  package var delivered: Int64 = 0
  package var dead: Int64 = 0
  package var expired: Int64 = 0
  package var dropped: Int64 = 0
  /// The rows that wait, counted for themselves: at the start, and with each that comes and goes.
  package var queued: Int64 = 0

  package init() {}

  package var pending: Int64 { accepted - delivered - dead - expired - dropped }

  /// How many deliveries nobody knows of. Anything but 0 is a mistake of the transmitter's.
  package var unaccounted: Int64 { pending - queued }

  mutating func add(_ count: Int64, to total: TotalsDelta.Total) {
    switch total {
    case .accepted: accepted += count
    case .delivered: delivered += count
    case .dead: dead += count
    case .expired: expired += count
    case .dropped: dropped += count
    case .queued: queued += count
    }
  }

  mutating func add(_ other: StreamTotals) {
    accepted += other.accepted
    delivered += other.delivered
    dead += other.dead
    expired += other.expired
    dropped += other.dropped
    queued += other.queued
  }
}

/// A change of one total of one stream.
package struct TotalsDelta: Sendable {
  /// Which of the totals.
  package enum Total: Sendable { case accepted, delivered, dead, expired, dropped, queued }

  let stream: Int64
  let total: Total
  let count: Int64
}
