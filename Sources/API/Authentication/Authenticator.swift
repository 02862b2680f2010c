import HTTP
import Transmitter

/// Decides whether a request may go on, by the token it shows.
struct Authenticator: Sendable {
  let authority: TokenAuthority
  /// nil where tokens that are bound to a key are not taken: on the admin listener, which has no URL of its own to
  /// name in a proof.
  let possession: PossessionCheck?
  /// On the admin listener `ssf.admin` implies every other scope.
  let adminImpliesAll: Bool

  /// - Returns: who makes the request; nil where anyone may.
  /// - Throws: `APIError`: 401 without a good token, 403 without the scope (RFC 6750 §3.1), 503 while nobody can
  ///   say whether the token is good.
  func authenticate(_ request: Request, by rule: AccessRule) async throws(APIError) -> Principal? {
    guard case .scope(let scope, let alternative) = rule else { return nil }
    guard let credentials = try Credentials.read(from: request) else { throw .missingToken }
    let principal = try await principal(presenting: credentials, in: request)
    let sufficient = [scope, alternative, adminImpliesAll ? .admin : nil].compactMap(\.self)
    guard sufficient.contains(where: principal.scopes.contains) else {
      throw .insufficientScope(scope, of: principal, in: credentials.scheme)
    }
    return principal
  }

  private func principal(
    presenting credentials: Credentials, in request: Request
  ) async throws(APIError) -> Principal {
    do throws(ProofFailure) {
      let principal = try await principal(of: credentials.token)
      try check(credentials, of: principal, in: request)
      return principal
    } catch {
      switch error {
      case .refused(.invalid(let cause)): throw .invalidToken(in: credentials.scheme, because: cause)
      case .refused(.unavailable(let cause, let wait)):
        throw .undecidedToken(because: cause, retryAfter: wait)
      case .useNonce: throw .missingNonce(possession?.desk.nonce)
      }
    }
  }

  private func principal(of token: String) async throws(ProofFailure) -> Principal {
    do throws(AuthenticationFailure) {
      return try await authority.principal(presenting: token)
    } catch {
      throw .refused(error)
    }
  }

  /// What each scheme asks for besides the token. A token that is bound to a key is nothing for a mere bearer
  /// (RFC 9449 §7.2).
  private func check(
    _ credentials: Credentials, of principal: Principal, in request: Request
  ) throws(ProofFailure) {
    switch credentials.scheme {
    case .bearer:
      guard principal.keyThumbprint == nil else {
        throw .refused(.invalid("the token is bound to a key, and was shown as a bearer token"))
      }
    case .possession(let proofs):
      guard let possession else { throw .refused(.invalid("bound tokens are not taken on this listener")) }
      try possession.check(proofs, of: principal, presenting: credentials.token, in: request)
    }
  }
}
