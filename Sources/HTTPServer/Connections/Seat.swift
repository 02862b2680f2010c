import Sockets
import Synchronization

/// One open connection as the roster knows it: whether it has a request under way, and how to send it away if
/// not.
final class Seat: Sendable {
  private enum Phase: UInt8, AtomicRepresentable {
    case idle, busy, dismissed
  }

  let socket: Socket
  private let phase = Atomic(Phase.idle)

  init(_ socket: Socket) {
    self.socket = socket
  }

  /// The first byte of a request is there. False if the connection has been dismissed.
  func beginRequest() -> Bool {
    phase.compareExchange(expected: .idle, desired: .busy, ordering: .sequentiallyConsistent).exchanged
  }

  /// The request has been answered.
  func endRequest() {
    phase.store(.idle, ordering: .sequentiallyConsistent)
  }

  /// Ends the wait for a request, now or when it would begin. A request under way is left alone.
  func dismiss() {
    let (dismissed, _) = phase.compareExchange(
      expected: .idle, desired: .dismissed, ordering: .sequentiallyConsistent)
    if dismissed { socket.interrupt() }
  }
}
