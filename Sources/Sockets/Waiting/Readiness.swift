import Glibc
import Synchronization

/// Owns one non-blocking descriptor and lets one task per direction wait until it can be read or written.
///
/// Its loop's poller knows it from the first wait on, and watches it only while somebody waits. The poller holds it
/// until ``close()``, which must be called.
package final class Readiness: Sendable {
  /// What a task waits to be able to do.
  package enum Direction: Sendable {
    case read, write
  }

  private struct State {
    var descriptor: Descriptor?
    var isInterrupted = false
    /// Nil until the first wait.
    var registration: Poller.Registration?
    /// What the poller watches for.
    var awaited: Poller.Interest = []
    /// Why it could not be watched, for who waited.
    var failure: SocketError.Cause?
  }

  private let loop: EventLoop
  private let state: Mutex<State>
  private let reader = Suspension()
  private let writer = Suspension()

  init(_ descriptor: Descriptor, on loop: EventLoop) {
    self.loop = loop
    state = Mutex(State(descriptor: descriptor))
  }

  /// Makes a system call that does not block on the descriptor, which cannot be closed meanwhile.
  func perform<Result>(_ call: (CInt) throws(SocketError.Cause) -> Result) throws(SocketError.Cause) -> Result
  {
    try state.withLock { state throws(SocketError.Cause) in
      guard let descriptor = state.descriptor else { throw .closed }
      return try call(descriptor.number)
    }
  }

  /// Sleeps until the descriptor is ready (or seems so: try the call again).
  func wait(for direction: Direction, until deadline: Deadline) async throws(SocketError.Cause) {
    // Without this check a peer that always sends just in time could outrun the clock's coarse tick.
    guard !deadline.hasPassed else { throw .deadlinePassed }
    let place = suspension(direction)
    switch await place.wait(until: deadline, whenSuspended: { if !arm(direction) { place.wake() } }) {
    case .woken: try checkUsable()
    case .deadlinePassed: throw .deadlinePassed
    case .cancelled: throw .cancelled
    }
  }

  /// Ends every present and future wait with ``SocketError/Cause/interrupted``. May be called from any
  /// thread.
  package func interrupt() {
    state.withLock { $0.isInterrupted = true }
    wakeAll()
  }

  /// Gives the descriptor up; waits end with ``SocketError/Cause/closed``. May be called again, from any
  /// thread.
  package func close() {
    let descriptor = state.withLock { state in
      state.registration.take().map(loop.poller.forget)
      return state.descriptor.take()
    }
    if descriptor != nil { wakeAll() }
  }

  private func wakeAll() {
    reader.wake()
    writer.wake()
  }

  private func checkUsable() throws(SocketError.Cause) {
    try state.withLock { state throws(SocketError.Cause) in
      guard state.descriptor != nil else { throw .closed }
      guard !state.isInterrupted else { throw .interrupted }
      if let failure = state.failure.take() { throw failure }
    }
  }

  private func suspension(_ direction: Direction) -> Suspension {
    direction == .read ? reader : writer
  }
}

// MARK: - Watching

extension Readiness {
  /// False if there is nothing to wait for any more.
  private func arm(_ direction: Direction) -> Bool {
    state.withLock { state in
      guard !state.isInterrupted else { return false }
      return watch(for: state.awaited.union(direction.interest), &state)
    }
  }

  /// Called by the poller, which watches for nothing any more.
  func becameReady(_ interest: Poller.Interest) {
    let ready = state.withLock { state in
      let ready = state.awaited.intersection(interest)
      let rest = state.awaited.subtracting(ready)
      state.awaited = []
      // Who cannot be watched any longer is woken, and told why.
      return rest.isEmpty || watch(for: rest, &state) ? ready : [.read, .write]
    }
    if ready.contains(.read) { reader.wake() }
    if ready.contains(.write) { writer.wake() }
  }

  private func watch(for interest: Poller.Interest, _ state: inout State) -> Bool {
    guard let descriptor = state.descriptor else { return false }
    guard interest != state.awaited else { return true }
    do throws(SocketError.Cause) {
      if let registration = state.registration {
        try loop.poller.arm(descriptor.number, as: registration, for: interest)
      } else {
        state.registration = try loop.poller.add(descriptor.number, of: self, for: interest)
      }
    } catch {
      state.failure = error
      return false
    }
    state.awaited = interest
    return true
  }
}

extension Readiness.Direction {
  fileprivate var interest: Poller.Interest { self == .read ? .read : .write }
}
