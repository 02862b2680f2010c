/// What a token that was found good grants, in the words of its issuer.
struct AccessGrant: Hashable, Sendable {
  /// The client as its issuer knows it.
  let clientID: String
  let scopes: ScopeSet
  /// See ``Principal/keyThumbprint``.
  let keyThumbprint: String?
  /// nil where introspection names no end.
  let expires: Timestamp?
}
