/// Writes responses, head and body into one buffer, so that one `send` is enough. Always states the length
/// and what becomes of the connection; never writes a body where none may stand (RFC 9110 §6.4.1).
package enum ResponseSerializer {
  private static let reserved = ["Content-Length", "Transfer-Encoding", "Connection", "Date"]

  /// Appends a whole response.
  /// - Parameters:
  ///   - forHead: answers HEAD: the same fields, no body (RFC 9110 §9.3.2)
  ///   - keepAlive: whether the server means to read another request; `Response.closesConnection` overrules
  ///     it
  ///   - date: the current time as `HTTPDate.text` writes it
  /// - Throws: `SerializationError` for a field that must not be sent; `output` is unchanged then.
  package static func append(
    _ response: Response, to output: inout [UInt8], forHead: Bool, keepAlive: Bool, date: [UInt8]
  ) throws(SerializationError) {
    let head = if let prepared = response.prepared { prepared.head } else { try self.head(of: response) }
    let body = forHead || !response.status.allowsBody ? [] : response.body
    let keepsAlive = keepAlive && !response.closesConnection
    output.reserveCapacity(output.count + head.count + date.count + 40 + body.count)
    output.append(contentsOf: head)
    output.append(contentsOf: "Date: ".utf8)
    output.append(contentsOf: date)
    output.append(contentsOf: (keepsAlive ? "\r\nConnection: keep-alive" : "\r\nConnection: close").utf8)
    output.append(contentsOf: "\r\n\r\n".utf8)
    output.append(contentsOf: body)
  }

  /// `HTTP/1.1 100 Continue`, sent when a body that waits for it is about to be read.
  package static let continueResponse = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

  /// Status line and fields with `Content-Length`; `Date`, `Connection` and the empty line are still to
  /// follow.
  static func head(of response: Response) throws(SerializationError) -> [UInt8] {
    var head: [UInt8] = []
    head.reserveCapacity(256)
    head.append(contentsOf: "HTTP/1.1 ".utf8)
    head.append(decimal: response.status.code)
    head.append(.space)
    head.append(contentsOf: response.status.reason.utf8)
    head.append(contentsOf: "\r\n".utf8)
    try FieldSerializer.append(response.fields, reserved: reserved, to: &head)
    if response.status.allowsBody {
      FieldSerializer.appendContentLength(response.body.count, to: &head)
    }
    return head
  }
}
