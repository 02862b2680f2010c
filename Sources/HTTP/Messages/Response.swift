/// A response to be sent. `Content-Length`, `Date` and `Connection` are the serializer's and must not stand
/// in `fields`.
package struct Response: Sendable {
  package var status: HTTPStatus { didSet { prepared = nil } }
  package var fields: HTTPFields { didSet { prepared = nil } }
  package var body: [UInt8] { didSet { prepared = nil } }
  /// Ends the connection after this response.
  package var closesConnection: Bool

  /// The bytes rendered in advance; dropped as soon as anything that they hold is changed.
  private(set) var prepared: PreparedResponse?

  package init(
    status: HTTPStatus, fields: HTTPFields = [:], body: [UInt8] = [], closesConnection: Bool = false
  ) {
    self.status = status
    self.fields = fields
    self.body = body
    self.closesConnection = closesConnection
  }

  /// A response whose head and body were rendered before.
  package init(prepared: PreparedResponse) {
    self.init(status: prepared.status, fields: prepared.fields, body: prepared.body)
    self.prepared = prepared
  }
}
