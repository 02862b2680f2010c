import Synchronization
import Transmitter

/// A wall clock that stands still until it is moved.
final class TestClock: Sendable {
  private let time = Mutex(Timestamp(milliseconds: 1_790_000_000_000))

  var now: Timestamp { time.withLock { $0 } }

  func advance(by duration: Duration) {
    time.withLock { $0 = $0 + duration }
  }
}
