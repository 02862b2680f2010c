import Sockets

/// Why a connection ends out of the ordinary.
enum ConnectionEnd: Error {
  /// The client is told, then the connection is closed.
  case failure(ServerFailure)
  /// The connection is closed without a word: there is nobody to tell or nothing to say.
  case silent(Reason)

  enum Reason: String {
    case idleTimeout = "idle_timeout"
    case writeTimeout = "write_timeout"
    /// The connection has had as many requests as one may have; the last was answered.
    case requestLimit = "request_limit"
    /// The connection has grown too old; its last request was answered.
    case lifetime
    /// The client closed in the middle of a request.
    case peerLeft = "peer_left"
    case peerReset = "peer_reset"
    /// The server stopped at once.
    case stopped
    case socketError = "socket_error"
  }

  /// What a failed receive or send means where a deadline means `late`.
  init(_ error: SocketError, late: ConnectionEnd) {
    switch error.cause {
    case .deadlinePassed: self = late
    case .cancelled, .interrupted, .closed: self = .silent(.stopped)
    case .system: self = .silent(error.isDisconnection ? .peerReset : .socketError)
    }
  }

  /// A stable code for metrics and logs.
  var code: String {
    switch self {
    case .failure(let failure): failure.code
    case .silent(let reason): reason.rawValue
    }
  }
}
