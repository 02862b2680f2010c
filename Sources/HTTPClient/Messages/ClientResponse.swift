package import HTTP

/// The answer to a request. Its head is complete; its body may not be.
package struct ClientResponse: Equatable, Sendable {
  package let status: HTTPStatus
  package let fields: HTTPFields
  /// The whole body as sent (no content coding is undone); empty if it is truncated.
  package let body: [UInt8]
  /// Whether the body was longer than `ClientLimits.body`, malformed, cut, or still coming at the deadline.
  package let isTruncated: Bool

  init(_ head: ResponseHead, body: [UInt8]) {
    status = head.status
    fields = head.fields
    self.body = body
    isTruncated = false
  }

  init(truncatedBehind head: ResponseHead) {
    status = head.status
    fields = head.fields
    body = []
    isTruncated = true
  }
}
