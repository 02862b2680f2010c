import COpenSSL

// How OpenSSL's two sources of causes, the verification result and the error queue, become a `TLSFailure`.

extension TLSFailure {
  /// The cause of a failed handshake. Empties the thread's error queue.
  init(handshakeOf ssl: OpaquePointer) {
    let queued = QueuedError.take()
    let verification = Int32(truncatingIfNeeded: SSL_get_verify_result(ssl))
    if queued.reason == SSL_R_CERTIFICATE_VERIFY_FAILED, verification != X509_V_OK {
      let text = String(cString: X509_verify_cert_error_string(Int(verification)))
      self.init(Code(verification: verification), detail: text)
    } else {
      self.init(Code(handshakeReason: queued.reason), detail: queued.text)
    }
  }

  /// The cause of a failed read or write after the handshake. Empties the thread's error queue.
  init(streamOf ssl: OpaquePointer) {
    let queued = QueuedError.take()
    let isCut = queued.reason == SSL_R_UNEXPECTED_EOF_WHILE_READING
    self.init(isCut ? .truncated : .protocolError, detail: queued.text)
  }
}

extension TLSFailure.Code {
  /// From an `X509_V_ERR_` value.
  fileprivate init(verification: Int32) {
    switch verification {
    case X509_V_ERR_CERT_HAS_EXPIRED: self = .certificateExpired
    case X509_V_ERR_CERT_NOT_YET_VALID: self = .certificateNotYetValid
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: self = .selfSigned
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
      X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
      X509_V_ERR_CERT_UNTRUSTED, X509_V_ERR_CERT_SIGNATURE_FAILURE:
      self = .untrustedCertificate
    case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: self = .hostnameMismatch
    case X509_V_ERR_INVALID_PURPOSE: self = .certificatePurpose
    case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL, X509_V_ERR_CA_MD_TOO_WEAK:
      self = .certificateWeak
    default: self = .certificateInvalid
    }
  }

  /// From an `SSL_R_` reason of the error queue.
  fileprivate init(handshakeReason reason: Int32) {
    switch reason {
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_WRONG_SSL_VERSION,
      SSL_R_VERSION_TOO_LOW:
      self = .protocolVersion
    default: self = .handshakeFailed
    }
  }
}

/// The newest cause in the thread's error queue.
private struct QueuedError {
  let reason: Int32
  let text: String

  /// Empties the queue, so that the next failure does not report a stale cause.
  static func take() -> QueuedError {
    let code = ERR_peek_last_error()
    OpenSSLError.discardQueue()
    guard let text = ERR_reason_error_string(code) else {
      return QueuedError(reason: ERR_GET_REASON(code), text: "connection ended")
    }
    return QueuedError(reason: ERR_GET_REASON(code), text: String(cString: text))
  }
}
