import Dispatch
import Synchronization

/// The process's one timer: it ends suspensions whose deadline has passed.
///
/// Deadlines are rounded up to 10 ms, so the timer fires at most a hundred times a second, and not at all
/// while nobody waits with a deadline. A suspension that is no longer of use stays in the queue until its
/// alarm is due.
final class AlarmClock: Sendable {
  static let shared = AlarmClock()

  private struct State {
    var alarms = AlarmQueue()
    /// What the timer is armed for.
    var armed = Deadline.never
  }

  private let state = Mutex(State())
  // Dispatch sources may be used from any thread; the protocol type does not say so.
  private nonisolated(unsafe) let timer: any DispatchSourceTimer

  private init() {
    timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "sockets.alarm-clock"))
    timer.setEventHandler { @Sendable [unowned self] in ringDueAlarms() }
    timer.schedule(deadline: .distantFuture)
    timer.activate()
  }

  /// The first instant the clock can ring at that is not before the deadline.
  static func tick(notBefore deadline: Deadline) -> Deadline {
    let (sum, overflow) = deadline.uptime.addingReportingOverflow(tickLength - 1)
    return overflow ? .never : Deadline(uptime: sum / tickLength * tickLength)
  }

  private static let tickLength: UInt64 = 10_000_000

  func set(_ suspension: Suspension, for instant: Deadline) {
    state.withLock { state in
      state.alarms.insert(AlarmQueue.Alarm(instant: instant, suspension: suspension))
      armTimer(&state)
    }
  }

  private func ringDueAlarms() {
    let due = state.withLock { state in
      state.armed = .never
      return state.alarms.removeAll(through: .now)
    }
    // Suspensions have locks of their own: rung outside this one.
    let again = due.compactMap { alarm in
      alarm.suspension.ring(for: alarm.instant).map {
        AlarmQueue.Alarm(instant: $0, suspension: alarm.suspension)
      }
    }
    state.withLock { state in
      for alarm in again { state.alarms.insert(alarm) }
      armTimer(&state)
    }
  }

  private func armTimer(_ state: inout State) {
    guard let next = state.alarms.earliest, next < state.armed else { return }
    state.armed = next
    let nanoseconds = Int(next.remaining / .nanoseconds(1))
    timer.schedule(deadline: .now() + .nanoseconds(nanoseconds), leeway: .milliseconds(1))
  }
}
