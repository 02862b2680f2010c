/// The status line and fields of an answer to a request of ours.
package struct ResponseHead: Hashable, Sendable {
  package let version: HTTPVersion
  package let status: HTTPStatus
  package let fields: HTTPFields

  package init(version: HTTPVersion = .http11, status: HTTPStatus, fields: HTTPFields = [:]) {
    self.version = version
    self.status = status
    self.fields = fields
  }

  /// Whether the peer lets the connection live on (RFC 9112 §9.3).
  package var allowsKeepAlive: Bool { fields.allowKeepAlive(in: version) }
}
