/// What metrics tell of attempts. Kept by the dispatcher, whose they are: no lock, nothing for each but a few
/// additions.
package struct AttemptFigures: Sendable {
  /// How many attempts came to each code. Those are statuses of HTTP, registered errors and our own names: whatever
  /// receivers answer, there are some hundreds at most.
  package private(set) var counts: [String: Int] = [:]
  /// From acceptance, or replay, to the receiver's 2xx, in seconds.
  package private(set) var latency = Histogram.latencies

  mutating func note(_ result: AttemptResult, of delivery: PendingDelivery, at now: Timestamp) {
    guard result != .tooOld else { return }
    counts[result.metricCode, default: 0] += 1
    guard result.kind == .accepted else { return }
    // A clock that was set back takes nothing off the sum: that would pass for a restart.
    latency.note(max(now.since(delivery.accepted), .zero))
  }
}
