import Glibc
import Synchronization

/// A TCP socket that accepts connections on one address.
///
/// When the process is out of file descriptors it does not spin on a connection that it cannot take: it sheds
/// one through a descriptor kept in reserve (the peer sees a close instead of a hang) and pauses.
package final class ListeningSocket: Sendable {
  /// The address in use: the port is the real one when port 0 was asked for.
  package let boundAddress: SocketAddress

  private let readiness: Readiness
  private let reserve = Mutex(Descriptor.spare())
  private let pause = Suspension()
  private let end = Mutex<SocketError?>(nil)
  private let sheddings = Atomic(0)

  /// Binds and listens. A wildcard IPv6 address also takes IPv4, as the system is set up.
  package init(on address: SocketAddress, backlog: CInt = 1024) throws(SocketError) {
    let descriptor = try Descriptor.stream(for: address)
    try descriptor.setOption(level: SOL_SOCKET, SO_REUSEADDR, to: 1)
    try descriptor.disableDelay()
    guard address.withKernelForm({ bind(descriptor.number, $0, $1) }) == 0 else {
      throw .current(.bind, address)
    }
    guard listen(descriptor.number, backlog) == 0 else { throw .current(.listen, address) }
    boundAddress = try descriptor.localAddress()
    readiness = Readiness(descriptor, on: .next())
  }

  deinit {
    readiness.close()
  }

  /// How many connections were closed unserved because no descriptor was free.
  package var shedConnections: Int { sheddings.load(ordering: .relaxed) }

  /// What ended ``accept()`` for good; nil while nothing has.
  package var failure: SocketError? { end.withLock { $0 } }

  /// The next connection; nil once the socket has been closed or the task cancelled.
  ///
  /// - Throws: what the kernel refuses it for good; ``failure`` tells it from then on.
  package func accept() async throws(SocketError) -> Socket? {
    do throws(SocketError.Cause) {
      while true {
        switch try acceptOne() {
        case .connection(let socket): return socket
        case .none: try await readiness.wait(for: .read, until: .never)
        case .peerLeft: continue
        case .exhausted: await shed()
        }
      }
    } catch .closed, .cancelled {
      return nil
    } catch {
      let failure = SocketError(.accept, error, boundAddress)
      end.withLock { $0 = failure }
      throw failure
    }
  }

  /// Stops listening: new connections are refused, ``accept()`` returns nil. May be called from any thread.
  package func close() {
    readiness.close()
    pause.wake()
  }
}

// MARK: - Accepting

extension ListeningSocket {
  private enum Acceptance {
    case connection(Socket)
    case none
    case peerLeft
    case exhausted
  }

  private func acceptOne() throws(SocketError.Cause) -> Acceptance {
    let (number, peer, code) = try callAccept()
    guard number < 0 else { return .connection(try Self.socket(number, peer)) }
    switch code {
    case EAGAIN, EWOULDBLOCK: return .none
    // The connection died in the queue (accept(2) passes on the errors of its network too).
    case EINTR, ECONNABORTED, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, ENETUNREACH,
      EOPNOTSUPP:
      return .peerLeft
    case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
    default: throw .system(code)
    }
  }

  private func callAccept() throws(SocketError.Cause) -> (CInt, SocketAddress?, CInt) {
    try readiness.perform { listener in
      let (number, peer) = SocketAddress.filled { Glibc.accept(listener, $0, &$1) }
      return (number, peer, errno)
    }
  }

  private static func socket(_ number: CInt, _ peer: SocketAddress?) throws(SocketError.Cause) -> Socket {
    do throws(SocketError) {
      let descriptor = try Descriptor.accepted(number)
      guard let peer else { throw SocketError(.accept, .system(EAFNOSUPPORT)) }
      return Socket(descriptor, remoteAddress: peer)
    } catch {
      throw error.cause
    }
  }

  /// Long enough that a flood costs no processor time, short enough not to be felt.
  private static let pauseLength = Duration.milliseconds(75)

  private func shed() async {
    closeOneWithReserve()
    _ = await pause.wait(until: .after(Self.pauseLength))
  }

  private func closeOneWithReserve() {
    reserve.withLock { reserve in
      guard reserve.take() != nil else { return }
      if let (number, _, _) = try? callAccept(), number >= 0 {
        Glibc.close(number)
        sheddings.add(1, ordering: .relaxed)
      }
    }
    reserve.withLock { $0 = $0 ?? Descriptor.spare() }
  }
}

extension Descriptor {
  /// A descriptor that is held only so that it can be given up; nil if none is free.
  fileprivate static func spare() -> Descriptor? {
    let number = open("/dev/null", O_RDONLY | O_CLOEXEC)
    return number >= 0 ? Descriptor(owning: number) : nil
  }
}
