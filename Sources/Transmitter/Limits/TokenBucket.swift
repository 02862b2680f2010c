/// How often something may be done: a bucket of tokens that time fills at a steady rate, and that begins full. Pure;
/// times are uptimes.
package struct TokenBucket: Hashable, Sendable {
  /// How fast a bucket fills, and how much it holds.
  package struct Rate: Hashable, Sendable {
    /// How many tokens come in each period.
    package let count: Int
    package let period: Duration
    /// How many tokens there can be, and so how many may be taken at once.
    package let burst: Int

    /// - Parameters: each at least 1.
    package init(_ count: Int, per period: Duration, burst: Int) {
      precondition(count > 0 && burst > 0, "a bucket that lets nothing through is no limit")
      self.count = count
      self.period = period
      self.burst = burst
    }

    fileprivate var interval: Duration { period / count }

    /// How long an empty bucket takes to be full.
    package var timeToFill: Duration { period * burst / count }
  }

  /// What came of taking a token.
  package struct Standing: Hashable, Sendable {
    package let rate: Rate
    /// How many tokens are left.
    package let remaining: Int
    /// Until the bucket is full.
    package let untilFull: Duration
    /// Until there is a token; nil where there was one, which is taken now.
    package let wait: Duration?
  }

  /// When the bucket is full.
  private var fullAt = Duration.zero

  package init() {}

  /// Takes a token out, if there is one.
  package mutating func take(at now: Duration, _ rate: Rate) -> Standing {
    let missing = max(fullAt - now, .zero)
    let excess = missing + rate.interval - rate.timeToFill
    guard excess <= .zero else {
      return Standing(rate: rate, remaining: 0, untilFull: missing, wait: excess)
    }
    fullAt = now + missing + rate.interval
    let left = rate.timeToFill - missing - rate.interval
    let remaining = Int(left.attoseconds / rate.interval.attoseconds)
    return Standing(rate: rate, remaining: remaining, untilFull: fullAt - now, wait: nil)
  }
}
