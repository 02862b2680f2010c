import COpenSSL

/// The server's side of TLS, for the tests of what speaks TLS to others: the daemon itself leaves inbound TLS to
/// the reverse proxy.
package final class TLSServerContext: Sendable {
  // OpenSSL allows concurrent `SSL_new` on a context that is no longer changed.
  nonisolated(unsafe) private let handle: OpaquePointer

  /// - Parameters:
  ///   - certificateChain: path of a PEM file: the server's certificate, then its issuers.
  ///   - privateKey: path of the certificate's key in PEM form.
  ///   - versions: the protocol versions to offer.
  ///   - clientAuthorities: path of a PEM file: whose certificates a client must show; nil asks for none.
  package init(
    certificateChain: String, privateKey: String, versions: ClosedRange<TLSVersion> = .tls12 ... .tls13,
    clientAuthorities: String? = nil
  ) throws(TLSContextError) {
    handle = try tlsContext(TLS_server_method(), versions: versions)
    // The usual level would refuse to serve the weak keys and obsolete versions that a client must refuse.
    SSL_CTX_set_security_level(handle, 0)
    guard SSL_CTX_use_certificate_chain_file(handle, certificateChain) == 1 else {
      throw .unusableIdentity(path: certificateChain, .drain("load a certificate chain"))
    }
    guard SSL_CTX_use_PrivateKey_file(handle, privateKey, SSL_FILETYPE_PEM) == 1 else {
      throw .unusableIdentity(path: privateKey, .drain("load a private key"))
    }
    if let clientAuthorities { try demandClientCertificate(from: clientAuthorities) }
  }

  private func demandClientCertificate(from path: String) throws(TLSContextError) {
    guard SSL_CTX_load_verify_file(handle, path) == 1 else {
      throw .unusableAuthorities(path: path, .drain("load certificate authorities"))
    }
    SSL_CTX_set_verify(handle, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
    // A session may be resumed only in the context that it was verified in.
    SSL_CTX_set_session_id_context(handle, [1], 1)
  }

  deinit { SSL_CTX_free(handle) }

  /// A session for one accepted connection.
  package func session() throws(TLSFailure) -> TLSSession {
    guard let ssl = SSL_new(handle) else { throw TLSFailure(.handshakeFailed, detail: "SSL_new failed") }
    SSL_set_accept_state(ssl)
    return TLSSession(taking: ssl)
  }
}
