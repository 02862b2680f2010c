import HTTP
import Transmitter

/// Why a request is not let through (RFC 6750 §3.1, RFC 9449 §7.1).
extension APIError {
  /// No credentials came.
  static let missingToken = refusal(
    .unauthorized, .missing, "this needs an access token: Authorization: Bearer …")

  /// One text for all causes: whoever tries tokens learns nothing from it.
  static func invalidToken(in scheme: Credentials.Scheme, because cause: String) -> APIError {
    var error = refusal(
      .unauthorized, .invalidToken.inScheme(scheme), "the access token is not valid; get a new one")
    error.cause = cause
    error.isFailedAuthentication = true
    return error
  }

  /// The same proof would do with the nonce that the answer has. Okta's SDKs look for the code in the body.
  static func missingNonce(_ nonce: String?) -> APIError {
    var error = refusal(
      .unauthorized, .useNonce, "the proof needs the nonce of the DPoP-Nonce field")
    error.oauthCode = "use_dpop_nonce"
    error.proofNonce = nonce
    return error
  }

  static func insufficientScope(
    _ scope: Scope, of principal: Principal, in scheme: Credentials.Scheme
  ) -> APIError {
    refusal(
      .forbidden, .insufficientScope(scope.rawValue).inScheme(scheme),
      "this needs the scope \(scope.rawValue); the token has: \(principal.scopes)")
  }

  static func undecidedToken(because cause: String, retryAfter wait: Duration) -> APIError {
    var error = APIError(
      .serviceUnavailable, .unavailable, "whether the access token is good cannot be told now; try again")
    error.cause = cause
    error.retryAfter = wait
    return error
  }

  private static func refusal(_ status: HTTPStatus, _ challenge: Challenge, _ detail: String) -> APIError {
    var error = APIError(status, status == .forbidden ? .forbidden : .unauthorized, detail)
    error.challenge = challenge
    return error
  }
}
