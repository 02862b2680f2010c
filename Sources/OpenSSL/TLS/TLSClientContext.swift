import COpenSSL

/// What all outgoing TLS sessions share: the trusted authorities, the rules (TLS 1.2 or later, ECDHE with AEAD
/// ciphers as RFC 9325 §4.2 recommends, peer verification always on, no compression, no renegotiation) and the
/// tickets that let a later session to the same server skip the certificate exchange.
///
/// There is no switch that turns verification off; a private authority is added by file.
package final class TLSClientContext: Sendable {
  // OpenSSL allows concurrent `SSL_new` on a context that is no longer changed.
  nonisolated(unsafe) private let handle: OpaquePointer
  private let tickets = TLSTicketCache()

  /// - Parameter additionalAuthorities: path of a PEM file trusted beside the system's store.
  package init(additionalAuthorities: String? = nil) throws(TLSContextError) {
    handle = try tlsContext(TLS_client_method(), versions: .tls12 ... .tls13)
    SSL_CTX_set_verify(handle, SSL_VERIFY_PEER, nil)
    try trustSystemAuthorities()
    if let additionalAuthorities { try trust(fileAt: additionalAuthorities) }
    try restrictCiphers()
  }

  deinit { SSL_CTX_free(handle) }

  /// A new session that will accept the server `name` only. Its first flight waits in `takeCiphertext()` after
  /// the first `handshake()`.
  ///
  /// - Parameter identity: what is shown to a server that asks who calls.
  package func session(
    to name: TLSPeerName, as identity: TLSClientIdentity? = nil
  ) throws(TLSFailure) -> TLSSession {
    guard let ssl = SSL_new(handle) else { throw TLSFailure(.handshakeFailed, detail: "SSL_new failed") }
    let owner = TLSTicketOwner(peer: name, identity: identity)
    let session = TLSSession(taking: ssl, tickets: tickets, of: owner)
    guard name.bind(to: ssl) else {
      throw TLSFailure(.hostnameMismatch, detail: "\(name) cannot be verified")
    }
    if let identity, !identity.bind(to: ssl) {
      throw TLSFailure(.handshakeFailed, detail: "the client certificate of the stream cannot be used")
    }
    if let ticket = tickets.take(for: owner) { SSL_set_session(ssl, ticket.handle) }
    SSL_set_connect_state(ssl)
    return session
  }

  private func trustSystemAuthorities() throws(TLSContextError) {
    guard SSL_CTX_set_default_verify_paths(handle) == 1 else {
      throw .refused(.drain("find the system's certificate authorities"))
    }
  }

  private func trust(fileAt path: String) throws(TLSContextError) {
    guard SSL_CTX_load_verify_file(handle, path) == 1 else {
      throw .unusableAuthorities(path: path, .drain("load certificate authorities"))
    }
  }

  private func restrictCiphers() throws(TLSContextError) {
    guard SSL_CTX_set_cipher_list(handle, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 else {
      throw .refused(.drain("choose TLS ciphers"))
    }
  }
}

/// A context with the settings that clients and servers share.
func tlsContext(
  _ method: OpaquePointer?, versions: ClosedRange<TLSVersion>
) throws(TLSContextError) -> OpaquePointer {
  guard let handle = SSL_CTX_new(method) else { throw .refused(.drain("make a TLS context")) }
  copenssl_tls_forbid_compression_and_renegotiation(handle)
  copenssl_tls_release_idle_buffers(handle)
  copenssl_tls_disable_internal_session_cache(handle)
  guard
    copenssl_tls_set_version_range(handle, versions.lowerBound.rawValue, versions.upperBound.rawValue) == 1
  else {
    SSL_CTX_free(handle)
    throw .refused(.drain("choose TLS versions"))
  }
  return handle
}
