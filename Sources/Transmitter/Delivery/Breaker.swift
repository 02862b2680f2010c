/// Whether a receiver is worth trying. After several failures in a row, or one answer that lets nobody in, it is only
/// probed: one attempt at a time, after pauses that grow. What the receiver itself asked for is kept besides. Pure;
/// times are uptimes.
///
///     closed → open (failures) → half-open (a probe) → closed (an answer that is no failure), or open again
///
/// An answer that refuses one event closes it too: the receiver is there. Nothing closes it while the receiver wants
/// quiet: what is under way then may well succeed, and the time is over with a probe all the same.
struct Breaker: Hashable, Sendable {
  private static let failuresToOpen = 5
  private static let shortestPause = Duration.seconds(1)
  private static let longestPause = Duration.seconds(300)
  private static let widestDelay = Duration.seconds(1)

  private var failures = 0
  /// The pause before the first probe since the breaker opened.
  private var firstPause = shortestPause
  /// From when on the next probe may start; nil while closed.
  private var probeTime: Duration?
  /// Nothing starts before this: the receiver said so (Retry-After).
  private(set) var quietUntil: Duration?

  /// - Parameter quietUntil: until when an earlier run heard that the receiver wants nothing.
  init(quietUntil: Duration? = nil) {
    if let quietUntil { keepQuiet(until: quietUntil) }
  }

  /// Whether only probes are let through.
  var isOpen: Bool { probeTime != nil }

  /// From when on an attempt may start, if no other is under way; nil for at once.
  var opening: Duration? {
    guard let probeTime, let quietUntil else { return probeTime ?? quietUntil }
    return max(probeTime, quietUntil)
  }

  /// Whether another attempt may start beside those under way.
  func allowsAttempt(beside underWay: Int, at now: Duration) -> Bool {
    if let quietUntil, now < quietUntil { return false }
    return probeTime.map { underWay == 0 && now >= $0 } ?? true
  }

  /// - Parameter fraction: random in 0 ..< 1, for the jitter.
  mutating func note(_ kind: AttemptResult.Kind, at now: Duration, fraction: Double) {
    switch kind {
    case .accepted, .refused, .rejected: close(at: now)
    case .failed, .keyUnknown: fail(times: 1, at: now, fraction)
    case .denied, .gone: fail(times: Self.failuresToOpen, at: now, fraction)
    case .deferred(let wait): keepQuiet(until: now + wait + Self.widestDelay * fraction)
    case .unsent: break
    }
  }

  /// Forgets all but what the receiver asked for.
  mutating func close(at now: Duration) {
    failures = 0
    probeTime = nil
    if let quietUntil, now < quietUntil { keepQuiet(until: quietUntil) }
  }

  private mutating func fail(times: Int, at now: Duration, _ fraction: Double) {
    // What began before the breaker opened says nothing new.
    if let probeTime, now < probeTime { return }
    if failures < Self.failuresToOpen {
      failures = min(failures + times, Self.failuresToOpen)
      firstPause = Self.shortestPause * (1 + fraction)
    } else {
      failures += 1
    }
    if failures >= Self.failuresToOpen { probeTime = now + pause }
  }

  /// When the time is over, one attempt finds out whether the receiver is ready.
  private mutating func keepQuiet(until time: Duration) {
    quietUntil = max(quietUntil ?? time, time)
    failures = max(failures, Self.failuresToOpen - 1)
    probeTime = max(probeTime ?? time, time)
  }

  /// Doubles with each failed probe. Only the first is random: pauses that double from there spread the probes of
  /// receivers that failed together evenly over any time after, which jitter in each of them would not.
  private var pause: Duration {
    let doublings = min(failures - Self.failuresToOpen, 20)
    return min(firstPause * (1 << doublings), Self.longestPause)
  }
}
