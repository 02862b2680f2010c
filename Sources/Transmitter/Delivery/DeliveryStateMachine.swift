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
    /// Older than the horizon.
    case expired
    /// To be tried again at `at`. When `aside`, it no longer holds back later events of its subject.
    case retry(at: Timestamp, aside: Bool)
  }

  /// How long after its acceptance an event is still worth delivering.
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

  /// A farewell is worth three tries within a minute, not more: what it tells of has happened.
  private static let farewellsAllowed = 3
  private static let farewellPause = Duration.seconds(20)

  /// The verdict on a delivery with all that is known of it.
  func verdict(
    on result: AttemptResult, of delivery: PendingDelivery, now: Timestamp, fraction: Double
  ) -> Verdict {
    let verdict = verdict(
      on: result, accepted: delivery.accepted, history: delivery.history, now: now, fraction: fraction)
    guard delivery.isFarewell, case .retry = verdict else { return verdict }
    guard delivery.history.attempts + 1 < Self.farewellsAllowed else { return .dead }
    return .retry(at: now + Self.farewellPause, aside: false)
  }

  /// - Parameters:
  ///   - history: the attempts before this one.
  ///   - fraction: random in 0 ..< 1, for the jitter.
  func verdict(
    on result: AttemptResult, accepted: Timestamp, history: DeliveryHistory, now: Timestamp, fraction: Double
  ) -> Verdict {
    switch result.kind {
    case .accepted: return .delivered
    case .refused: return .dead
    case .rejected where history.rejections + 1 >= Self.rejectionsAllowed: return .dead
    case .rejected: return retry(after: Self.rejectionPause, aside: true, accepted, now)
    case .failed(let retryAfter?):
      // Never before the instant the receiver named: jitter only adds.
      return retry(after: retryAfter + firstBackoff * fraction, aside: history.rejections > 0, accepted, now)
    case .failed(nil):
      let wait = backoff(attempt: history.attempts, fraction: fraction)
      return retry(after: wait, aside: history.rejections > 0, accepted, now)
    }
  }

  /// Whether an event is too old to be worth another attempt.
  func isPastHorizon(_ accepted: Timestamp, now: Timestamp) -> Bool {
    now.since(accepted) > horizon
  }

  private func retry(
    after wait: Duration, aside: Bool, _ accepted: Timestamp, _ now: Timestamp
  ) -> Verdict {
    let next = now + wait
    return isPastHorizon(accepted, now: next) ? .expired : .retry(at: next, aside: aside)
  }

  /// Exponential with full jitter: anywhere between nothing and the bound, so that a mass outage does not end
  /// in a stampede.
  func backoff(attempt: Int, fraction: Double) -> Duration {
    let bound = min(firstBackoff * (1 << min(attempt, 20)), longestBackoff)
    return bound * fraction
  }
}
