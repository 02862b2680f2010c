/// What metrics tell of attempts. Kept by the dispatcher, whose they are: no lock, nothing for each but a few
/// additions.
package struct AttemptFigures: Sendable {
  /// Receivers name errors as they like: of so many names each is counted, all others together.
  private static let mostCodes = 100
  private static let otherCode = "other"

  /// How many attempts came to each code.
  package private(set) var counts: [String: Int] = [:]
  /// From acceptance, or replay, to the receiver's 2xx, in seconds.
  package private(set) var latency = Histogram.latencies

  mutating func note(_ result: AttemptResult, of delivery: PendingDelivery, at now: Timestamp) {
    guard result != .tooOld else { return }
    let isKnown = counts[result.code] != nil || counts.count < Self.mostCodes
    counts[isKnown ? result.code : Self.otherCode, default: 0] += 1
    if result.kind == .accepted { latency.note(now.since(delivery.accepted)) }
  }
}
