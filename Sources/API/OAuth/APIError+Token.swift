import HTTP
import Transmitter

/// Refusals of the token endpoint (RFC 6749 §5.2, RFC 9449 §5). One text for all causes of `invalid_client`, and one
/// for all of `invalid_dpop_proof`: the log has the cause.
extension APIError {
  static func invalidTokenRequest(_ detail: String) -> APIError {
    refused(.badRequest, "invalid_request", detail)
  }

  static let unsupportedGrant = refused(
    .badRequest, "unsupported_grant_type", "grant_type must be client_credentials")

  static func invalidClient(because cause: String) -> APIError {
    var error = refused(
      .unauthorized, "invalid_client",
      "the client is unknown, or what it authenticates with is not valid, expired or used before")
    error.challenge = .basic
    error.isFailedAuthentication = true
    error.cause = cause
    return error
  }

  static func invalidProof(because cause: String) -> APIError {
    var error = refused(
      .badRequest, "invalid_dpop_proof",
      "the DPoP proof is malformed, for another request, stale or used before")
    error.cause = cause
    return error
  }

  init(token error: TokenRequestError) {
    switch error {
    case .invalidClient(let cause): self = .invalidClient(because: cause)
    case .invalidScope(let detail): self = Self.refused(.badRequest, "invalid_scope", detail)
    case .invalidProof(let cause): self = .invalidProof(because: cause)
    case .useNonce(let nonce):
      self = Self.refused(.badRequest, "use_dpop_nonce", "the proof needs the nonce of the DPoP-Nonce field")
      proofNonce = nonce
    case .unavailable(let cause, let wait):
      self = APIError(.serviceUnavailable, .unavailable, "the request cannot be decided now; try again")
      self.cause = cause
      retryAfter = wait
    }
  }

  private static func refused(_ status: HTTPStatus, _ code: String, _ detail: String) -> APIError {
    var error = APIError(status, status == .unauthorized ? .unauthorized : .invalidRequest, detail)
    error.oauthCode = code
    return error
  }
}
