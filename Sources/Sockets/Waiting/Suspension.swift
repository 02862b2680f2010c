import Synchronization

/// A place where one task at a time sleeps until it is woken, its deadline passes, or it is cancelled.
///
/// It may be used again and again. The deadline is lazy: an alarm that is already set for an earlier instant
/// is left alone and, when it rings, set anew if the wait of that time reaches further. A connection that
/// waits 15 s after each of a thousand requests thus sets one alarm every 15 s, not a thousand.
package final class Suspension: Sendable {
  /// Why a wait is over.
  package enum Ending: Sendable {
    case woken, deadlinePassed, cancelled
  }

  private struct State {
    var continuation: CheckedContinuation<Ending, Never>?
    var deadline = Deadline.never
    /// The earliest instant at which the clock will ring for this place; entries for other instants are
    /// stale.
    var alarm: Deadline?
  }

  private let state = Mutex(State())

  package init() {}

  /// Sleeps. `begin` runs once the task can be woken: what will wake it is started there, so no wake-up is
  /// lost.
  package func wait(until deadline: Deadline, whenSuspended begin: () -> Void = {}) async -> Ending {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        suspend(continuation, until: deadline)
        // A cancellation before the continuation was in place found nobody to wake.
        if Task.isCancelled { end(.cancelled) } else { begin() }
      }
    } onCancel: {
      end(.cancelled)
    }
  }

  /// Ends the wait, if a task waits.
  package func wake() {
    end(.woken)
  }

  private func end(_ ending: Ending) {
    state.withLock { $0.continuation.take() }?.resume(returning: ending)
  }

  private func suspend(_ continuation: CheckedContinuation<Ending, Never>, until deadline: Deadline) {
    let alarm = state.withLock { state -> Deadline? in
      precondition(state.continuation == nil, "two tasks wait at one place")
      state.continuation = continuation
      state.deadline = deadline
      return Self.setAlarm(&state)
    }
    if let alarm { AlarmClock.shared.set(self, for: alarm) }
  }

  /// The instant to ring at, unless an earlier alarm will see to it.
  private static func setAlarm(_ state: inout State) -> Deadline? {
    guard state.deadline != .never else { return nil }
    let alarm = AlarmClock.tick(notBefore: state.deadline)
    if let earlier = state.alarm, earlier <= alarm { return nil }
    state.alarm = alarm
    return alarm
  }

  /// Called by the clock at the instant that was set; returns the next instant to ring at, if there is one.
  func ring(for alarm: Deadline) -> Deadline? {
    let (expired, next) = state.withLock { state -> (CheckedContinuation<Ending, Never>?, Deadline?) in
      guard state.alarm == alarm else { return (nil, nil) }
      state.alarm = nil
      guard state.continuation != nil else { return (nil, nil) }
      guard state.deadline > alarm else { return (state.continuation.take(), nil) }
      return (nil, Self.setAlarm(&state))
    }
    expired?.resume(returning: .deadlinePassed)
    return next
  }
}
