import HTTP
import Transmitter

/// Decides whether a request may go on, by the token it shows.
struct Authenticator: Sendable {
  let authority: TokenAuthority
  /// On the admin listener `ssf.admin` implies every other scope.
  let adminImpliesAll: Bool

  /// - Returns: who makes the request; nil where anyone may.
  /// - Throws: `APIError`: 401 without a good token, 403 without the scope (RFC 6750 §3.1), 503 while nobody can
  ///   say whether the token is good.
  func authenticate(_ request: Request, by rule: AccessRule) async throws(APIError) -> Principal? {
    guard case .scope(let scope, let alternative) = rule else { return nil }
    guard let credentials = try Credentials.read(from: request) else {
      throw refusal(
        .unauthorized, .unauthorized, .missing, "this needs an access token: Authorization: Bearer …")
    }
    let principal = try await principal(presenting: credentials)
    let sufficient = [scope, alternative, adminImpliesAll ? .admin : nil].compactMap(\.self)
    guard sufficient.contains(where: principal.scopes.contains) else {
      throw refusal(
        .forbidden, .forbidden, .insufficientScope(scope.rawValue),
        "this needs the scope \(scope.rawValue); the token has: \(principal.scopes)")
    }
    return principal
  }

  private func principal(presenting credentials: Credentials) async throws(APIError) -> Principal {
    do throws(AuthenticationFailure) {
      let principal = try await authority.principal(presenting: credentials.token)
      try Self.checkUse(of: credentials, by: principal)
      return principal
    } catch {
      switch error {
      case .invalid(let cause): throw invalidToken(because: cause)
      case .unavailable(let cause, let wait): throw undecided(because: cause, retryAfter: wait)
      }
    }
  }

  /// What each scheme asks for besides the token. A token that is bound to a key is nothing for a mere bearer
  /// (RFC 9449 §7.2).
  private static func checkUse(
    of credentials: Credentials, by principal: Principal
  ) throws(AuthenticationFailure) {
    switch credentials.scheme {
    case .bearer:
      guard principal.keyThumbprint == nil else {
        throw .invalid("the token is bound to a key, and was shown as a bearer token")
      }
    }
  }

  /// One text for all causes: whoever tries tokens learns nothing from it.
  private func invalidToken(because cause: String) -> APIError {
    var error = refusal(
      .unauthorized, .unauthorized, .invalidToken, "the access token is not valid; get a new one")
    error.cause = cause
    return error
  }

  private func undecided(because cause: String, retryAfter wait: Duration) -> APIError {
    var error = APIError(
      .serviceUnavailable, .unavailable, "whether the access token is good cannot be told now; try again")
    error.cause = cause
    error.retryAfter = wait
    return error
  }

  private func refusal(
    _ status: HTTPStatus, _ kind: APIError.Kind, _ challenge: Challenge, _ detail: String
  ) -> APIError {
    var error = APIError(status, kind, detail)
    error.challenge = challenge
    return error
  }
}
