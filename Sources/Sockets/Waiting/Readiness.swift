import Dispatch
import Glibc
import Synchronization

/// Owns one non-blocking descriptor and lets one task per direction wait until it can be read or written.
///
/// The Dispatch sources are made when they are first needed and armed only while somebody waits. They hold
/// this object until they are cancelled, so ``close()`` must be called; the descriptor itself is closed when
/// the cancel handler of the last source has run, never under a source that may still look at it.
package final class Readiness: Sendable {
  /// What a task waits to be able to do.
  package enum Direction: Sendable {
    case read, write
  }

  private struct Watch {
    var source: (any DispatchSourceProtocol)?
    /// An unarmed source is suspended.
    var isArmed = false
  }

  private struct State {
    var descriptor: Descriptor?
    var isInterrupted = false
    var reading = Watch()
    var writing = Watch()
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
      Self.cancel(&state.reading)
      Self.cancel(&state.writing)
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
    }
  }

  private func suspension(_ direction: Direction) -> Suspension {
    direction == .read ? reader : writer
  }
}

// MARK: - Sources

extension Readiness {
  /// False if there is nothing to wait for any more.
  private func arm(_ direction: Direction) -> Bool {
    state.withLock { state in
      guard let descriptor = state.descriptor, !state.isInterrupted else { return false }
      let path = Self.watch(direction)
      let source = state[keyPath: path].source ?? makeSource(direction, descriptor)
      state[keyPath: path].source = source
      if !state[keyPath: path].isArmed { source.resume() }
      state[keyPath: path].isArmed = true
      return true
    }
  }

  private static func watch(_ direction: Direction) -> WritableKeyPath<State, Watch> {
    direction == .read ? \.reading : \.writing
  }

  private func makeSource(_ direction: Direction, _ descriptor: Descriptor) -> any DispatchSourceProtocol {
    let source: any DispatchSourceProtocol =
      switch direction {
      case .read: DispatchSource.makeReadSource(fileDescriptor: descriptor.number, queue: loop.queue)
      case .write: DispatchSource.makeWriteSource(fileDescriptor: descriptor.number, queue: loop.queue)
      }
    source.setEventHandler { @Sendable [self] in becameReady(direction) }
    source.setCancelHandler { @Sendable in withExtendedLifetime(descriptor) {} }
    return source
  }

  /// Level-triggered: without the suspension the source would fire until the bytes have been read. A source for
  /// writing, rarely needed after the connect, goes altogether: libdispatch may lose a hang-up while a suspended
  /// source shares the descriptor with the one that waits for it.
  private func becameReady(_ direction: Direction) {
    state.withLock { state in
      let path = Self.watch(direction)
      guard let source = state[keyPath: path].source, state[keyPath: path].isArmed else { return }
      guard direction == .read else { return Self.cancel(&state.writing) }
      source.suspend()
      state[keyPath: path].isArmed = false
    }
    suspension(direction).wake()
  }

  /// A suspended source would neither run its cancel handler nor bear being released.
  private static func cancel(_ watch: inout Watch) {
    guard let source = watch.source.take() else { return }
    source.cancel()
    if !watch.isArmed { source.resume() }
    watch.isArmed = false
  }
}
