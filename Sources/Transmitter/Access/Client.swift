/// Someone who calls the transmitter: a receiver, a producer of events, or an administrator.
package struct Client: Equatable, Sendable {
  static let longestDescription = 255
  static let longestAudience = 1024

  package let id: String
  package let description: String?
  /// The `aud` of this client's streams, where it is not derived from their endpoint.
  package let audience: String?
  /// The most that a token of this client may be given.
  package let scopes: ScopeSet
  /// With what the client's assertions are verified; nil for a client that makes none.
  package var keys: ClientKeys?
  package let created: Timestamp

  package init(
    id: String, description: String?, audience: String?, scopes: ScopeSet, keys: ClientKeys? = nil,
    created: Timestamp
  ) {
    self.id = id
    self.description = description
    self.audience = audience
    self.scopes = scopes
    self.keys = keys
    self.created = created
  }
}

extension Client {
  /// Client ids stand in URLs, logs and shells. A path segment `.` or `..` would be resolved before it gets here.
  package static func isID(_ id: String) -> Bool {
    (1...128).contains(id.utf8.count) && id.utf8.first != UInt8(ascii: "-") && id != "." && id != ".."
      && id.utf8.allSatisfy(isIDCharacter)
  }

  /// The colon stands between the name of an issuer and the id that it gave to the client.
  static func isIDCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "-._~:".utf8.contains(byte)
    }
  }
}
