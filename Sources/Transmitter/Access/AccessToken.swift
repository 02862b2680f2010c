import OpenSSL

/// What is kept of a static bearer token: never the token itself, only the SHA-256 of it. (A slow hash would
/// protect a guessable secret; these are 256 random bits.)
package struct AccessToken: Hashable, Sendable {
  package let id: String
  package let clientID: String
  let digest: [UInt8]
  package let scopes: ScopeSet
  package let created: Timestamp
  package let expires: Timestamp?
  package var revoked: Timestamp?
  /// When somebody last showed it, and it was good.
  package var lastUsed: Timestamp?

  /// Whether the token opens anything at this time: neither revoked nor expired.
  package func isLive(at now: Timestamp) -> Bool {
    revoked == nil && expires.map { now < $0 } ?? true
  }
}

/// A token or a client secret as its holder shows it: a prefix, its id, the secret, and a checksum by which scanners
/// for leaked secrets recognise it without asking us.
struct TokenText: Sendable {
  /// What it is, told by its prefix.
  enum Kind: String, CaseIterable {
    case accessToken = "ssft_"
    case clientSecret = "ssfs_"
  }

  private static let idLength = 16
  private static let secretLength = 52
  private static let checksumLength = 7

  let id: String
  let text: String

  /// Makes a new one: 80 bits that name it, 256 that protect it.
  init(_ kind: Kind, environment: Environment) {
    let id = Base32.encode(environment.randomBytes(10))
    let body = id + Base32.encode(environment.randomBytes(32))
    self.id = id
    text = kind.rawValue + body + Self.checksum(body)
  }

  /// Reads a token that somebody showed us; nil if it cannot be one of ours.
  init?(_ text: String) {
    let prefix = Kind.accessToken.rawValue
    let body = text.dropFirst(prefix.count).dropLast(Self.checksumLength)
    guard text.hasPrefix(prefix), body.utf8.count == Self.idLength + Self.secretLength,
      text.hasSuffix(Self.checksum(String(body)))
    else { return nil }
    id = String(body.prefix(Self.idLength))
    self.text = text
  }

  /// Whether a text begins as ours do: then nobody else is ever to see it.
  static func isOurs(_ text: String) -> Bool {
    Kind.allCases.contains { text.hasPrefix($0.rawValue) }
  }

  var digest: [UInt8] { SHA256.digest(Array(text.utf8)) }

  private static func checksum(_ body: String) -> String {
    String(Base32.encode(Array(SHA256.digest(Array(body.utf8)).prefix(4))).prefix(checksumLength))
  }
}
