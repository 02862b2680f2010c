import OpenSSL
import Sockets

/// One connection to a server, plain or TLS, as a stream of plaintext for one request at a time.
///
/// The actor owns the socket and the TLS session. It knows nothing about HTTP; `ClientConnection+Exchange` does.
actor ClientConnection {
  /// Room for one TLS record.
  private static let chunk = 16 * 1024 + 256

  private let socket: Socket
  /// Nil while the bytes go plain.
  var tls: TLSSession?

  /// Whether a byte came in answer to the last request.
  var hasAnswered = false

  init(over socket: Socket, _ session: consuming TLSSession? = nil) {
    self.socket = socket
    tls = session
  }

  /// Where it is served.
  nonisolated var loop: EventLoop { socket.loop }

  // MARK: Life

  /// Proves that the server is the one its certificate names.
  func handshake(by deadline: Deadline) async throws(ClientError) {
    do throws(ClientError) {
      while try await advanceHandshake(by: deadline) == .needsInput {
        try await feed(by: deadline)
      }
    } catch .timeout {
      throw .tlsTimeout
    }
  }

  /// Whether the server has neither ended the connection nor sent a byte that nobody asked for. Such a byte may be
  /// the answer to nothing (a 408 before a close) and must not be taken for the answer to the next request.
  func isQuiet() -> Bool {
    var unexpected: [UInt8] = []
    do throws(SocketError) {
      return try socket.receiveWhatIsThere(into: &unexpected, atMost: 1) == nil
    } catch {
      return false
    }
  }

  /// Ends the connection, politely if that costs no waiting.
  func close() async {
    tls?.close()
    // A close_notify that does not fit into the socket at once is not worth an error: the connection is over.
    try? await flush(by: .now)
    socket.close()
  }

  // MARK: Bytes

  /// Sends all of `bytes`.
  func send(_ bytes: [UInt8], by deadline: Deadline) async throws(ClientError) {
    guard tls != nil else { return try await sendRaw(bytes, by: deadline) }
    do throws(TLSFailure) {
      try tls?.write(bytes.span)
    } catch {
      throw .tls(error)
    }
    try await flush(by: deadline)
  }

  /// Appends at least one byte to `buffer`; false at the end of the stream.
  func receive(into buffer: inout [UInt8], by deadline: Deadline) async throws(ClientError) -> Bool {
    guard tls != nil else { return try await receiveRaw(into: &buffer, by: deadline) }
    while true {
      switch try decrypt(into: &buffer) {
      case .bytes: return true
      case .closed: return false
      case .needsInput: try await feed(by: deadline)
      }
    }
  }
}

// MARK: - TLS

extension ClientConnection {
  private func advanceHandshake(by deadline: Deadline) async throws(ClientError) -> TLSSession.Handshake {
    let step: TLSSession.Handshake
    do throws(TLSFailure) {
      step = try tls?.handshake() ?? .done
    } catch {
      // The alert tells the server's operator why; the failure at hand is the one to report.
      try? await flush(by: deadline)
      throw .tls(error)
    }
    try await flush(by: deadline)
    return step
  }

  private func decrypt(into buffer: inout [UInt8]) throws(ClientError) -> TLSSession.ReadResult {
    do throws(TLSFailure) {
      return try tls?.read(into: &buffer, atMost: Self.chunk) ?? .closed
    } catch {
      throw .tls(error)
    }
  }

  /// Gives the session the next bytes from the socket, or their end.
  private func feed(by deadline: Deadline) async throws(ClientError) {
    var ciphertext: [UInt8] = []
    if try await receiveRaw(into: &ciphertext, by: deadline) {
      tls?.feed(ciphertext.span)
    } else {
      tls?.feedEnd()
    }
  }

  /// Sends what the session has ready.
  private func flush(by deadline: Deadline) async throws(ClientError) {
    guard let ciphertext = tls?.takeCiphertext(), !ciphertext.isEmpty else { return }
    try await sendRaw(ciphertext, by: deadline)
  }
}

// MARK: - Socket

extension ClientConnection {
  private func sendRaw(_ bytes: [UInt8], by deadline: Deadline) async throws(ClientError) {
    do throws(SocketError) {
      try await socket.send(bytes, deadline: deadline)
    } catch {
      throw ClientError(breaking: error)
    }
  }

  private func receiveRaw(into buffer: inout [UInt8], by deadline: Deadline) async throws(ClientError) -> Bool
  {
    do throws(SocketError) {
      return try await socket.receive(
        into: &buffer, atMost: Self.chunk, deadline: deadline, isExpected: hasAnswered) > 0
    } catch {
      throw ClientError(breaking: error)
    }
  }
}

extension ClientError {
  /// The failure of an established connection.
  fileprivate init(breaking error: SocketError) {
    switch error.cause {
    case .deadlinePassed: self = .timeout
    case .cancelled: self = .cancelled
    case .system, .interrupted, .closed: self = .connectionReset(error)
    }
  }
}
