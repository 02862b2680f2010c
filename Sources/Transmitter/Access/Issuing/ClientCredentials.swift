/// What a client shows at the token endpoint to prove who it is (RFC 6749 §2.3).
package enum ClientCredentials: Sendable {
  /// client_secret_basic or client_secret_post.
  case secret(clientID: String, secret: String)
  /// private_key_jwt; the client's id may stand beside it (RFC 7521 §4.2).
  case assertion(String, clientID: String?)
}

/// A client that has proven who it is.
struct AuthenticatedClient: Sendable {
  let client: Client
  let credential: CredentialID
  /// What it has shown, if that is good for one use alone.
  var assertion: ClientAssertion?
}
