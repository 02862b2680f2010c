import COpenSSL

/// The name a server's certificate must carry in its subjectAltName (RFC 9525): a DNS name, also sent as
/// SNI, or an IP address in its usual text form, which is never sent as SNI (RFC 6066 §3).
package enum TLSPeerName: Hashable, Sendable {
  case dns(String)
  case ip(String)
}

extension TLSPeerName {
  /// Makes `ssl` ask for this name and accept no certificate for another.
  /// - Returns: false if OpenSSL cannot use the name.
  func bind(to ssl: OpaquePointer) -> Bool {
    switch self {
    case .dns(let name):
      // Names are looked for in subjectAltName only, and `*` must stand for a whole label (RFC 9525 §6.3).
      SSL_set_hostflags(
        ssl, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
      return SSL_set1_host(ssl, name) == 1 && copenssl_tls_set_server_name(ssl, name) == 1
    case .ip(let address):
      return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), address) == 1
    }
  }
}
