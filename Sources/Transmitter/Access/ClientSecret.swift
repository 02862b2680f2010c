/// What is kept of a client secret (RFC 6749 §2.3.1): like an access token, only the SHA-256 of it.
package struct ClientSecret: Hashable, Sendable {
  package let id: String
  package let clientID: String
  let digest: [UInt8]
  package let created: Timestamp
}
