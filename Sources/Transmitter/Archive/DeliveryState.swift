/// Where a delivery stands.
package enum DeliveryState: String, CaseIterable, Sendable {
  case pending, delivered, dead, expired, dropped

  /// As the store writes it.
  var code: Int64 {
    switch self {
    case .pending: 0
    case .delivered: SettledState.delivered.rawValue
    case .dead: SettledState.dead.rawValue
    case .expired: SettledState.expired.rawValue
    case .dropped: SettledState.dropped.rawValue
    }
  }

  init?(code: Int64) {
    guard let state = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = state
  }

  /// Whether it may be sent again. What a stop of the stream dropped may not (SSF §8.1.2.1).
  var isReplayable: Bool { isLetter || self == .delivered }

  /// The total that counts it, once it is settled.
  var total: TotalsDelta.Total? { SettledState(rawValue: code)?.total }

  /// Whether the receiver should have got it and did not: it is a dead letter.
  package var isLetter: Bool { self == .dead || self == .expired }
}
