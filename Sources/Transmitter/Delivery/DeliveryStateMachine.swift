/// Decides what becomes of a delivery after an attempt. Pure: the same history, result, time and fraction
/// always give the same verdict.
///
///     pending → delivered | dead | expired, or pending again at a later time
package struct DeliveryStateMachine: Sendable {
  /// What becomes of a delivery after an attempt.
  package enum Verdict: Hashable, Sendable {
    case delivered
    /// Given up; the code says why.
    case dead
    /// Older than its stream's horizon.
    case expired
    /// To be tried again at `at`. When `aside`, it no longer holds back later events of its subject; when charged,
    /// its next back-off is longer.
    case retry(at: Timestamp, aside: Bool, isCharged: Bool)
  }

  /// How long after its acceptance an event is still worth delivering, where its stream says nothing else.
  package var horizon: Duration
  /// Bound of the first random wait; it doubles with each attempt.
  package var firstBackoff: Duration
  package var longestBackoff: Duration

  package init(
    horizon: Duration = .seconds(7 * 24 * 3600), firstBackoff: Duration = .seconds(1),
    longestBackoff: Duration = .seconds(300)
  ) {
    self.horizon = horizon
    self.firstBackoff = firstBackoff
    self.longestBackoff = longestBackoff
  }

  /// A rejected event is tried three times over at least a quarter of an hour.
  private static let rejectionsAllowed = 3
  private static let rejectionPause = Duration.seconds(450)

  /// A farewell is worth three tries within a minute, not more: what it tells of has happened. One that the receiver
  /// wants later, or that did not get out of here, was no try.
  private static let farewellsAllowed = 3
  private static let farewellPause = Duration.seconds(20)

  /// How long a receiver's copy of our keys may take to catch up: the first bound, and the longest.
  private static let firstKeyPause = Duration.seconds(120)
  private static let longestKeyPause = Duration.seconds(900)

  /// No event waits for longer than this, unless the receiver asks for it.
  static let longestPause = longestKeyPause

  /// The verdict on a delivery with all that is known of it.
  ///
  /// - Parameters:
  ///   - isOutage: whether it is not this event that fails, but all that is sent there.
  ///   - fraction: random in 0 ..< 1, for the jitter.
  func verdict(
    on result: AttemptResult, of delivery: PendingDelivery, inOutage isOutage: Bool, now: Timestamp,
    fraction: Double
  ) -> Verdict {
    let verdict = verdict(
      on: result, history: delivery.history, inOutage: isOutage, now: now, fraction: fraction)
    guard delivery.isFarewell, case .retry = verdict else { return verdict }
    switch result.kind {
    case .deferred, .unsent: return verdict
    case .gone: return .dead
    case _ where delivery.history.charged + 1 >= Self.farewellsAllowed: return .dead
    default: return .retry(at: now + Self.farewellPause, aside: false, isCharged: true)
    }
  }

  /// - Parameter history: the attempts before this one.
  func verdict(
    on result: AttemptResult, history: DeliveryHistory, inOutage isOutage: Bool = false, now: Timestamp,
    fraction: Double
  ) -> Verdict {
    let aside = history.rejections > 0
    switch result.kind {
    case .accepted: return .delivered
    case .refused: return .dead
    case .rejected where history.rejections + 1 >= Self.rejectionsAllowed: return .dead
    case .rejected: return .retry(at: now + Self.rejectionPause, aside: true, isCharged: true)
    case .keyUnknown:
      let pause = keyPause(attempt: history.charged, fraction: fraction)
      return .retry(at: now + pause, aside: aside, isCharged: true)
    case .failed where !isOutage:
      let pause = backoff(attempt: history.charged, fraction: fraction)
      return .retry(at: now + pause, aside: aside, isCharged: true)
    case .failed, .deferred, .denied, .gone, .unsent:
      // No fault of this event's: the stream as a whole waits (`StreamQueue`), and then it may go at once.
      return .retry(at: now, aside: aside, isCharged: false)
    }
  }

  /// Exponential with full jitter: anywhere between nothing and the bound, so that a mass outage does not end
  /// in a stampede.
  func backoff(attempt: Int, fraction: Double) -> Duration {
    let bound = min(firstBackoff * (1 << min(attempt, 20)), longestBackoff)
    return bound * fraction
  }

  private func keyPause(attempt: Int, fraction: Double) -> Duration {
    let bound = min(Self.firstKeyPause * (1 << min(attempt, 20)), Self.longestKeyPause)
    return bound * ((1 + fraction) / 2)
  }
}
