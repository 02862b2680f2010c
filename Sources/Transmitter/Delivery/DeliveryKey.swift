/// What names a delivery and its place in the order.
struct DeliveryKey: Hashable, Sendable {
  let sequence: Int64
  let stream: Int64
  let orderKey: [UInt8]
}

/// How a delivery left the queue, as the store writes it.
enum SettledState: Int64, Sendable {
  case delivered = 1
  case dead = 2
  case expired = 3
  case dropped = 4

  var total: TotalsDelta.Total {
    switch self {
    case .delivered: .delivered
    case .dead: .dead
    case .expired: .expired
    case .dropped: .dropped
    }
  }
}
