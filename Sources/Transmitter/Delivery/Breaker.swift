/// Whether a receiver is worth trying. After several failures in a row it is only probed: one attempt at a time,
/// after pauses that grow. Pure.
///
///     closed → open (failures in a row) → closed (an answer that is no failure)
///
/// An answer that refuses one event closes it too: the receiver is there.
struct Breaker: Hashable, Sendable {
  private static let failuresToOpen = 5
  private static let firstPause = Duration.seconds(1)
  private static let longestPause = Duration.seconds(300)

  private var failures = 0
  /// From when on the next attempt may start; nil while closed.
  private(set) var probeTime: Timestamp?

  /// Whether another attempt may start beside those under way.
  func allowsAttempt(beside underWay: Int, at now: Timestamp) -> Bool {
    probeTime.map { underWay == 0 && now >= $0 } ?? true
  }

  /// - Parameter fraction: random in 0 ..< 1, for the jitter.
  mutating func note(_ kind: AttemptResult.Kind, at now: Timestamp, fraction: Double) {
    guard case .failed = kind else {
      self = Breaker()
      return
    }
    // What began before the breaker opened says nothing new.
    if let probeTime, now < probeTime { return }
    failures += 1
    if failures >= Self.failuresToOpen { probeTime = now + pause(fraction) }
  }

  private func pause(_ fraction: Double) -> Duration {
    let doublings = min(failures - Self.failuresToOpen, 20)
    return min(Self.firstPause * (1 << doublings), Self.longestPause) * (0.5 + fraction / 2)
  }
}
