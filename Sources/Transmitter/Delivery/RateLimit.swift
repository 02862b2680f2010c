/// How fast SETs may start to a stream: a bucket that time fills, a tenth of a second's worth deep. Pure; times are
/// uptimes.
struct RateLimit: Hashable, Sendable {
  /// In what time one more SET may start.
  private let interval: Duration
  private let depth: Duration
  /// When the bucket is full again.
  private var fullAt = Duration.zero

  init(perSecond: Int) {
    interval = .seconds(1) / perSecond
    depth = max(interval, .milliseconds(100))
  }

  /// From when on the next SET may start.
  var opening: Duration { fullAt + interval - depth }

  /// Counts a SET that starts.
  mutating func take(at now: Duration) {
    fullAt = max(fullAt, now) + interval
  }
}
