/// Why a TLS session could not be set up or kept: a stable code for metrics, logs and stored outcomes, and
/// OpenSSL's own words for a person.
package struct TLSFailure: Error, Equatable, Sendable {
  /// The cause. The raw values are part of the product's interface: they never change.
  package enum Code: String, Sendable, CaseIterable {
    case certificateExpired = "tls_certificate_expired"
    case certificateNotYetValid = "tls_certificate_not_yet_valid"
    case untrustedCertificate = "tls_untrusted_certificate"
    case selfSigned = "tls_self_signed"
    case hostnameMismatch = "tls_hostname_mismatch"
    case certificatePurpose = "tls_certificate_purpose"
    case certificateWeak = "tls_certificate_weak"
    case certificateInvalid = "tls_certificate_invalid"
    case protocolVersion = "tls_protocol_version"
    case handshakeFailed = "tls_handshake_failed"
    case truncated = "tls_truncated"
    case protocolError = "tls_protocol_error"
  }

  package let code: Code

  /// What OpenSSL said, e.g. `certificate has expired`.
  package let detail: String

  package init(_ code: Code, detail: String) {
    self.code = code
    self.detail = detail
  }
}

extension TLSFailure: CustomStringConvertible {
  /// The cause and, where there is one, the remedy.
  package var description: String { "\(explanation) (\(detail))" }

  private var explanation: String {
    switch code {
    case .certificateExpired: "the server's certificate has expired: the server must renew it"
    case .certificateNotYetValid:
      "the server's certificate is not valid yet: check the clock of this machine, then the certificate"
    case .untrustedCertificate:
      "no trusted authority vouches for the server's certificate: the server must send its whole chain, and a "
        + "private authority must be named in `delivery.ca_file`"
    case .selfSigned:
      "the server's certificate is signed by itself: use one from an authority, or add it to `delivery.ca_file`"
    case .hostnameMismatch:
      "the server's certificate is for another name: its subjectAltName must hold the host of the URL"
    case .certificatePurpose:
      "the server's certificate is not for TLS servers: its extendedKeyUsage must hold serverAuth"
    case .certificateWeak: "the server's certificate uses a key or hash that is too weak: it must be renewed"
    case .certificateInvalid: "the server's certificate was refused"
    case .protocolVersion: "the server does not speak TLS 1.2 or later"
    case .handshakeFailed: "the TLS handshake failed"
    case .truncated: "the server cut the TLS stream without closing it"
    case .protocolError: "the server broke the TLS protocol"
    }
  }
}
