/// Who makes a request, as established by its token.
package struct Principal: Hashable, Sendable {
  /// Its streams are found by this name.
  package let clientID: String
  /// The `aud` of its streams, where it is not derived from their endpoint.
  package let audience: String?
  package let scopes: ScopeSet
  /// The RFC 7638 thumbprint of the key without which the token must not be accepted (`cnf.jkt`, RFC 9449 §6.1);
  /// nil for a token that is good for whoever holds it.
  package let keyThumbprint: String?
  /// The name of the foreign issuer that vouches for a client of which nothing is kept here yet; nil for registered
  /// clients.
  package let unregisteredClientOf: String?

  package init(
    clientID: String, audience: String?, scopes: ScopeSet, keyThumbprint: String? = nil,
    unregisteredClientOf issuer: String? = nil
  ) {
    self.clientID = clientID
    self.audience = audience
    self.scopes = scopes
    self.keyThumbprint = keyThumbprint
    unregisteredClientOf = issuer
  }
}
