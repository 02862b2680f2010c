package import HTTP
package import OpenSSL

/// A request to send. `Host` and `Content-Length` are the client's to add.
///
/// Requests must be safe to repeat: one that fails on a reused connection before any byte of an answer came is
/// sent again on a fresh one. A SET qualifies, its receiver knows it by its `jti`.
package struct ClientRequest: Sendable {
  package var method: HTTPMethod
  package var url: HTTPURL
  package var fields: HTTPFields
  package var body: [UInt8]
  /// What is shown to a server that asks, in the TLS handshake, who calls.
  package var identity: TLSClientIdentity?

  package init(
    method: HTTPMethod, url: HTTPURL, fields: HTTPFields = HTTPFields(), body: [UInt8] = [],
    identity: TLSClientIdentity? = nil
  ) {
    self.identity = identity
    self.method = method
    self.url = url
    self.fields = fields
    self.body = body
  }
}
