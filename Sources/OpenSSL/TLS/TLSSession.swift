import COpenSSL

/// One TLS connection without its socket: plaintext on one side, ciphertext on the other, and no I/O.
///
/// The owner moves bytes: what the peer sent goes in with `feed`, what must be sent comes out of
/// `takeCiphertext` after every other call. The session owns its `SSL` handle; being noncopyable and changed
/// only through `mutating` calls it has one user at a time, as OpenSSL demands.
package struct TLSSession: ~Copyable, Sendable {
  /// How far a handshake came.
  package enum Handshake: Sendable {
    case done
    /// Send the waiting ciphertext, then feed what the peer answers.
    case needsInput
  }

  /// What a read found.
  package enum ReadResult: Equatable, Sendable {
    /// That many bytes of plaintext were appended.
    case bytes(Int)
    /// Nothing more can be decrypted before more ciphertext is fed.
    case needsInput
    /// The peer ended the stream with close_notify.
    case closed
  }

  nonisolated(unsafe) private let ssl: OpaquePointer
  private let tickets: TLSTicketCache?
  private let owner: TLSTicketOwner?

  /// Takes ownership of `ssl` and gives it its two memory buffers.
  init(taking ssl: OpaquePointer, tickets: TLSTicketCache? = nil, of owner: TLSTicketOwner? = nil) {
    self.ssl = ssl
    self.tickets = tickets
    self.owner = owner
    SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()))
  }

  deinit { SSL_free(ssl) }

  /// Whether the certificate exchange was skipped thanks to an earlier session.
  package var isResumed: Bool { SSL_session_reused(ssl) == 1 }

  // MARK: Ciphertext

  /// Takes in what the peer sent.
  package mutating func feed(_ ciphertext: Span<UInt8>) {
    ciphertext.withUnsafeBytes { bytes in
      // A memory buffer grows as needed: it takes all or the process is out of memory.
      _ = BIO_write(SSL_get_rbio(ssl), bytes.baseAddress, Int32(bytes.count))
    }
  }

  /// Takes in that the peer will send nothing more, so that a stream cut without close_notify is noticed.
  package mutating func feedEnd() {
    copenssl_tls_mark_end_of_stream(SSL_get_rbio(ssl))
  }

  /// What must be sent to the peer now; empty if nothing.
  package mutating func takeCiphertext() -> [UInt8] {
    let output = SSL_get_wbio(ssl)
    let count = BIO_ctrl_pending(output)
    guard count > 0 else { return [] }
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = Int(max(0, BIO_read(output, buffer.baseAddress, Int32(count))))
    }
  }

  // MARK: Plaintext

  /// Goes on with the handshake. On failure an alert for the peer may wait in `takeCiphertext`.
  package mutating func handshake() throws(TLSFailure) -> Handshake {
    OpenSSLError.discardQueue()
    let result = SSL_do_handshake(ssl)
    if result == 1 { return .done }
    guard SSL_get_error(ssl, result) == SSL_ERROR_WANT_READ else { throw TLSFailure(handshakeOf: ssl) }
    return .needsInput
  }

  /// Encrypts all of `plaintext`.
  package mutating func write(_ plaintext: Span<UInt8>) throws(TLSFailure) {
    guard !plaintext.isEmpty else { return }
    OpenSSLError.discardQueue()
    let result = plaintext.withUnsafeBytes { SSL_write(ssl, $0.baseAddress, Int32($0.count)) }
    guard result == plaintext.count else { throw TLSFailure(streamOf: ssl) }
  }

  /// Decrypts up to `limit` bytes and appends them to `buffer`.
  package mutating func read(into buffer: inout [UInt8], atMost limit: Int) throws(TLSFailure) -> ReadResult {
    OpenSSLError.discardQueue()
    let result = withUnsafeTemporaryAllocation(byteCount: limit, alignment: 1) { scratch in
      let count = SSL_read(ssl, scratch.baseAddress, Int32(scratch.count))
      if count > 0 { buffer.append(contentsOf: scratch[..<Int(count)]) }
      return count
    }
    if result > 0 { return .bytes(Int(result)) }
    switch SSL_get_error(ssl, result) {
    case SSL_ERROR_WANT_READ: return .needsInput
    case SSL_ERROR_ZERO_RETURN: return .closed
    default: throw TLSFailure(streamOf: ssl)
    }
  }

  /// Ends our side: a close_notify waits in `takeCiphertext`, and the session's ticket is kept for the next
  /// session to the same server. Call it on a session whose handshake is done.
  package mutating func close() {
    OpenSSLError.discardQueue()
    SSL_shutdown(ssl)
    keepTicket()
  }

  private func keepTicket() {
    guard let tickets, let owner, let session = SSL_get1_session(ssl) else { return }
    let ticket = TLSTicket(taking: session)
    if SSL_SESSION_is_resumable(session) == 1 { tickets.keep(ticket, for: owner) }
  }
}
