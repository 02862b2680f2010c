package import HTTP
import HTTPClient
import JOSE
import JSON

/// How an issuer is asked about a token (RFC 7662 §2).
package struct Introspection: Sendable {
  let endpoint: HTTPURL
  /// Proves who asks (RFC 6749 §2.3.1): `Basic …`.
  private let authorization: String
  /// Whether tokens that name no issuer are this one's to judge.
  package let takesOpaqueTokens: Bool

  package init(endpoint: HTTPURL, clientID: String, clientSecret: String, takesOpaqueTokens: Bool) {
    self.endpoint = endpoint
    self.takesOpaqueTokens = takesOpaqueTokens
    let credentials = FormEncoding.encode(clientID) + ":" + FormEncoding.encode(clientSecret)
    authorization = "Basic " + Base64.encode(Array(credentials.utf8))
  }

  /// Asks about a token.
  ///
  /// - Returns: its claims; nil for a token that is not good.
  /// - Throws: `AuthenticationFailure.unavailable` if there is no answer to go by (RFC 7662 §4: fail closed).
  func claims(of token: String, _ http: HTTPClient) async throws(AuthenticationFailure) -> AccessTokenClaims?
  {
    let response: ClientResponse
    do throws(ClientError) {
      response = try await http.send(request(about: token))
    } catch {
      throw outage("\(error)")
    }
    guard response.status == .ok, !response.isTruncated else {
      throw outage("it answered \(response.status)")
    }
    guard let answer = try? JSONValue(parsing: response.body, options: AccessTokenClaims.options),
      let members = answer.objectValue, let isActive = members["active"]?.boolValue
    else { throw outage("its answer is none of RFC 7662") }
    return isActive ? AccessTokenClaims(members) : nil
  }

  private func request(about token: String) -> ClientRequest {
    ClientRequest(
      method: .post, url: endpoint,
      fields: [
        "Authorization": authorization, "Accept": "application/json",
        "Content-Type": "application/x-www-form-urlencoded",
      ],
      body: Array("token=\(FormEncoding.encode(token))&token_type_hint=access_token".utf8))
  }

  private func outage(_ cause: String) -> AuthenticationFailure {
    .unavailable("introspection at \(endpoint): \(cause)", retryAfter: .seconds(5))
  }
}
