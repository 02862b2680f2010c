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
  let credential: CredentialID?
}

/// Names the secret or key that an access token was got with, in the token itself (claim `credential`): the token is
/// good no longer than that. Keys that the client publishes itself have none, as it is not ours to say when they end.
struct CredentialID: Hashable, Sendable {
  static let claim = "credential"

  let text: String

  init(_ text: String) {
    self.text = text
  }

  init(of secret: ClientSecret) {
    self.init("secret:\(secret.id)")
  }

  /// - Parameter thumbprint: of a registered key.
  init(ofKey thumbprint: String) {
    self.init("key:\(thumbprint)")
  }
}
