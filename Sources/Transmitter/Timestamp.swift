import Glibc
import HTTP

/// An instant on the wall clock, in milliseconds since 1970-01-01T00:00:00Z: the form in which the store
/// keeps times. Claims and headers use whole seconds, `seconds`.
package struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let milliseconds: Int64

  package init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// The present time of the system's clock.
  package static func wallClock() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// An instant as RFC 3339 writes it; nil for any other text.
  package init?(_ text: String) {
    guard let milliseconds = RFC3339.parse(text) else { return nil }
    self.init(milliseconds: milliseconds)
  }

  /// Whole seconds since 1970, as `iat` and the other NumericDate claims want them (RFC 7519 §2).
  package var seconds: Int64 { milliseconds / 1000 }

  /// RFC 3339 in UTC with milliseconds, for answers and logs.
  package var description: String { RFC3339.text(millisecondsSince1970: milliseconds) }

  package static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.milliseconds < right.milliseconds
  }

  package static func + (left: Timestamp, right: Duration) -> Timestamp {
    Timestamp(milliseconds: left.milliseconds + right.wholeMilliseconds)
  }

  package static func - (left: Timestamp, right: Duration) -> Timestamp {
    Timestamp(milliseconds: left.milliseconds - right.wholeMilliseconds)
  }

  /// The time from `earlier` to this instant; negative if `earlier` is later.
  package func since(_ earlier: Timestamp) -> Duration {
    .milliseconds(milliseconds - earlier.milliseconds)
  }
}

extension Duration {
  /// What the system's monotonic clock shows.
  static var sinceBoot: Duration {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  package var wholeMilliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }

  /// Whole seconds, rounded up: a wait announced to a client must never be too short.
  package var secondsRoundedUp: Int64 {
    (wholeMilliseconds + 999) / 1000
  }
}
