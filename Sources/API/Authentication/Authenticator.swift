import HTTP
import Transmitter

/// Who may call an endpoint.
enum AccessRule: Sendable {
  case anyone
  /// A token with at least one of these scopes; the first is the one that is asked for.
  case scope(Scope, or: Scope? = nil)
}

/// Decides whether a request may go on, by the token it shows.
struct Authenticator: Sendable {
  let access: AccessDirectory
  /// On the admin listener `ssf.admin` implies every other scope.
  let adminImpliesAll: Bool

  /// - Returns: who makes the request; nil where anyone may.
  /// - Throws: `APIError`: 401 without a good token, 403 without the scope (RFC 6750 §3.1).
  func authenticate(_ request: Request, by rule: AccessRule) throws(APIError) -> Principal? {
    guard case .scope(let scope, let alternative) = rule else { return nil }
    guard let token = try BearerToken.read(from: request) else {
      throw refusal(
        .unauthorized, .unauthorized, .missing, "this needs an access token: Authorization: Bearer …")
    }
    guard let principal = access.principal(presenting: token) else {
      throw refusal(
        .unauthorized, .unauthorized, .invalidToken, "the access token is not valid; get a new one")
    }
    let sufficient = [scope, alternative, adminImpliesAll ? .admin : nil].compactMap(\.self)
    guard sufficient.contains(where: principal.scopes.contains) else {
      throw refusal(
        .forbidden, .forbidden, .insufficientScope(scope.rawValue),
        "this needs the scope \(scope.rawValue); the token has: \(principal.scopes)")
    }
    return principal
  }

  private func refusal(
    _ status: HTTPStatus, _ kind: APIError.Kind, _ challenge: Challenge, _ detail: String
  ) -> APIError {
    var error = APIError(status, kind, detail)
    error.challenge = challenge
    return error
  }
}
