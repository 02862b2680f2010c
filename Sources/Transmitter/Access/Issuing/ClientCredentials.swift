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

/// The secret or registered key that an access token was got with, as the token itself tells (claim `credential`): it is
/// good no longer than that. Keys that the client publishes itself have none, as it is not ours to say when they end.
enum CredentialID: Hashable, Sendable {
  case secret(String)
  /// By its RFC 7638 thumbprint.
  case key(String)

  static let claim = "credential"

  init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    switch parts.first {
    case "secret" where parts.count == 2: self = .secret(parts[1])
    case "key" where parts.count == 2: self = .key(parts[1])
    default: return nil
    }
  }

  var text: String {
    switch self {
    case .secret(let id): "secret:\(id)"
    case .key(let thumbprint): "key:\(thumbprint)"
    }
  }
}
