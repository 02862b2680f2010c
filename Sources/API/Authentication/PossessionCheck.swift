import HTTP
import Transmitter

/// Looks whether whoever shows an access token that is bound to a key holds that key (RFC 9449 §7.1).
struct PossessionCheck: Sendable {
  let desk: ProofDesk
  let urls: IssuerURLs

  /// - Parameter proofs: the values of the request's `DPoP` fields.
  /// - Throws: `ProofFailure`.
  func check(
    _ proofs: [String], of principal: Principal, presenting token: String, in request: Request
  ) throws(ProofFailure) {
    guard let thumbprint = principal.keyThumbprint else {
      throw .refused(.invalid("the token is bound to no key, and was shown as one that is"))
    }
    guard let proof = proofs.first, proofs.count == 1 else {
      throw .refused(.invalid("there are \(proofs.count) proofs instead of one"))
    }
    try desk.check(
      proof, for: DPoPProof.Use(method: request.method, url: try url(of: request), accessToken: token),
      by: thumbprint, of: principal.clientID)
  }

  /// The URL of a request as clients know it: below the issuer, whatever a proxy has taken off.
  private func url(of request: Request) throws(ProofFailure) -> HTTPURL {
    let target = request.target.removing(prefix: urls.prefix) ?? request.target
    do {
      return try urls.url(of: target.rawPath)
    } catch {
      throw .refused(.invalid("the request's URL: \(error)"))
    }
  }
}
