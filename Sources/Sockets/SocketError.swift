import Glibc
import POSIX

/// What went wrong with a socket: the operation, the cause, and the address if one is known.
package struct SocketError: Error, Equatable, Sendable {
  /// What was to be done; the raw value follows "cannot".
  package enum Operation: String, Sendable {
    case open = "open a socket"
    case option = "set a socket option"
    case bind, listen, accept, connect
    case receive, send
    case address = "read a socket's address"
    case fileLimit = "raise the limit of open files"
  }

  /// Why it could not be done.
  package enum Cause: Error, Equatable, Sendable {
    /// The kernel refused; the value is `errno`.
    case system(CInt)
    /// The deadline came first.
    case deadlinePassed
    /// The waiting task was cancelled.
    case cancelled
    /// ``Socket/interrupt()`` ended the wait.
    case interrupted
    /// The socket had been closed on this side.
    case closed
  }

  package let operation: Operation
  package let cause: Cause
  package let address: SocketAddress?

  init(_ operation: Operation, _ cause: Cause, _ address: SocketAddress? = nil) {
    self.operation = operation
    self.cause = cause
    self.address = address
  }

  /// The failure of the call that has just set `errno`.
  static func current(_ operation: Operation, _ address: SocketAddress? = nil) -> SocketError {
    SocketError(operation, .system(errno), address)
  }

  /// Whether the peer or the network ended the connection: an ordinary event, not worth an error log.
  package var isDisconnection: Bool {
    switch cause {
    case .system(ECONNRESET), .system(EPIPE), .system(ETIMEDOUT), .system(ENOTCONN), .system(EHOSTUNREACH),
      .system(ENETUNREACH):
      true
    default: false
    }
  }
}

extension SocketError: CustomStringConvertible {
  package var description: String {
    let place = address.map { " (\($0))" } ?? ""
    return "cannot \(operation.rawValue)\(place): \(cause)"
  }
}

extension SocketError.Cause: CustomStringConvertible {
  package var description: String {
    switch self {
    case .system(let code): "\(SystemError(code))" + Self.remedy(for: code)
    case .deadlinePassed: "the deadline passed"
    case .cancelled: "the task was cancelled"
    case .interrupted: "the wait was interrupted"
    case .closed: "the socket is closed"
    }
  }

  private static func remedy(for code: CInt) -> String {
    switch code {
    case EADDRINUSE: "; stop the process that listens there or choose another port"
    case EADDRNOTAVAIL: "; choose an address of this machine"
    case EACCES: "; ports below 1024 need CAP_NET_BIND_SERVICE: choose a higher port"
    case EMFILE: "; raise the limit of open files (LimitNOFILE= or ulimit -n)"
    default: ""
    }
  }
}
