import HTTP
import Transmitter

extension TokenRequest {
  /// Reads the request of a client: a form in the body, and for some what proves who they are in the header.
  ///
  /// - Parameter endpoint: the URL that was called.
  /// - Throws: `APIError` as RFC 6749 §5.2 has it.
  init(reading request: Request, at endpoint: HTTPURL) throws(APIError) {
    guard request.target.queryItems.isEmpty else {
      throw .invalidTokenRequest("parameters belong into the body, not into the URL")
    }
    let form = try Self.form(of: request)
    guard let grant = form["grant_type"] else { throw .invalidTokenRequest("grant_type is missing") }
    guard grant == "client_credentials" else { throw .unsupportedGrant }
    self.init(
      endpoint: endpoint, credentials: try ClientCredentials(reading: request, form),
      scopes: form["scope"]?.split(separator: " ").map(String.init), proof: try Self.proof(of: request))
  }

  private static func form(of request: Request) throws(APIError) -> FormFields {
    guard request.mediaType == "application/x-www-form-urlencoded" else {
      throw .invalidTokenRequest("the body must be application/x-www-form-urlencoded")
    }
    do {
      return try FormFields(parsing: request.body)
    } catch {
      throw .invalidTokenRequest(error.description)
    }
  }

  private static func proof(of request: Request) throws(APIError) -> String? {
    let proofs = request.fields.values(of: "DPoP")
    guard proofs.count <= 1 else { throw .invalidProof(because: "there is more than one DPoP field") }
    return proofs.first
  }
}
