import HTTP

/// What a client got an access token with, as the token itself tells (claim `credential`): it is good no longer than
/// that.
enum CredentialID: Hashable, Sendable {
  case secret(String)
  /// A registered key, by its RFC 7638 thumbprint.
  case key(String)
  /// One of the keys that the client publishes at this URL: which of them are good is the client's to say.
  case published(at: HTTPURL)

  static let claim = "credential"

  init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return nil }
    switch parts[0] {
    case "secret": self = .secret(parts[1])
    case "key": self = .key(parts[1])
    case "published":
      guard let url = try? HTTPURL(parsing: parts[1]) else { return nil }
      self = .published(at: url)
    default: return nil
    }
  }

  var text: String {
    switch self {
    case .secret(let id): "secret:\(id)"
    case .key(let thumbprint): "key:\(thumbprint)"
    case .published(let url): "published:\(url)"
    }
  }
}
