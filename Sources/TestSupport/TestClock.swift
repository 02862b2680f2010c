import Synchronization
package import Transmitter

/// A clock that stands still until a test moves it. Whoever sleeps on it sleeps until the test has moved it far
/// enough, so that hours of back-off pass in no time and in a known order. The wall clock may be set besides, which
/// wakes nobody.
package final class TestClock: Sendable {
  private typealias Sleeper = (until: Duration, continuation: CheckedContinuation<Void, any Error>)

  private struct State {
    var now: Timestamp
    var uptime = Duration.seconds(1000)
    var sleepers: [Int: Sleeper] = [:]
    var cancelled: Set<Int> = []
    var lastSleeper = 0
  }

  private let state: Mutex<State>

  /// - Parameter start: any instant will do; the default is in the year 2027, on a whole second.
  package init(startingAt start: Timestamp = Timestamp(milliseconds: 1_800_000_000_000)) {
    state = Mutex(State(now: start))
  }

  package var now: Timestamp { state.withLock { $0.now } }

  /// The time that has passed, however the wall clock was set meanwhile.
  package var uptime: Duration { state.withLock { $0.uptime } }

  /// How many tasks are asleep.
  package var sleeperCount: Int { state.withLock { $0.sleepers.count } }

  /// When the first of those who sleep wakes; nil if nobody sleeps.
  package var nextWaking: Timestamp? {
    state.withLock { state in
      // The wall clock counts whole milliseconds: it is the first of them that is not too early.
      state.sleepers.values.map(\.until).min().map { state.now + ($0 - state.uptime + .nanoseconds(999_999)) }
    }
  }

  /// Moves the clock and wakes whose time has come.
  package func advance(by duration: Duration) {
    advance(to: now + duration)
  }

  /// As ``advance(by:)``, to an instant; one that has passed changes nothing.
  package func advance(to time: Timestamp) {
    let woken = state.withLock { state in
      state.uptime += max(time.since(state.now), .zero)
      state.now = max(state.now, time)
      let due = state.sleepers.filter { $0.value.until <= state.uptime }
      for id in due.keys { state.sleepers[id] = nil }
      return due.values.sorted { $0.until < $1.until }
    }
    for sleeper in woken { sleeper.continuation.resume() }
  }

  /// Sets the wall clock forward, or back by a negative step, as an administrator would: no time passes.
  package func step(by duration: Duration) {
    state.withLock { $0.now = $0.now + duration }
  }

  /// Waits until somebody sleeps, then moves the clock to the first waking.
  package func advanceToNextWaking() async throws {
    try await eventually("somebody sleeps on the clock") { self.nextWaking != nil }
    if let next = nextWaking { advance(to: next) }
  }

  /// Sleeps until the test has moved the clock by `duration`; throws `CancellationError` on cancellation.
  package func sleep(_ duration: Duration) async throws {
    let id = state.withLock { state in
      state.lastSleeper += 1
      return state.lastSleeper
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { enlist($0, as: id, for: duration) }
    } onCancel: {
      cancel(id)
    }
  }

  private func enlist(
    _ continuation: CheckedContinuation<Void, any Error>, as id: Int, for duration: Duration
  ) {
    let end: Result<Void, any Error>? = state.withLock { state in
      if state.cancelled.remove(id) != nil { return .failure(CancellationError()) }
      guard duration > .zero else { return .success(()) }
      state.sleepers[id] = (state.uptime + duration, continuation)
      return nil
    }
    if let end { continuation.resume(with: end) }
  }

  private func cancel(_ id: Int) {
    let sleeper = state.withLock { state in
      let sleeper = state.sleepers.removeValue(forKey: id)
      if sleeper == nil { state.cancelled.insert(id) }
      return sleeper
    }
    sleeper?.continuation.resume(throwing: CancellationError())
  }
}
