/// A response for a document that does not change (discovery, key set): checked and rendered once, so that
/// answering copies bytes and adds `Date` and `Connection`.
package struct PreparedResponse: Sendable {
  package let status: HTTPStatus
  package let fields: HTTPFields
  package let body: [UInt8]
  /// Status line and fields with `Content-Length`, without the empty line.
  let head: [UInt8]

  /// - Throws: `SerializationError` for a field that must not be sent.
  package init(_ response: Response) throws(SerializationError) {
    status = response.status
    fields = response.fields
    body = response.body
    head = try ResponseSerializer.head(of: response)
  }
}
