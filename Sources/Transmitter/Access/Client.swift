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
