/// Writes requests of ours, head and body into one buffer.
package enum RequestSerializer {
  private static let reserved = ["Host", "Content-Length", "Transfer-Encoding"]

  /// Appends a whole request. `Content-Length` is written where there is a body and for methods that usually
  /// have one (RFC 9110 §8.6).
  /// - Parameters:
  ///   - target: origin form, as `HTTPURL.requestTarget` gives it
  ///   - host: the authority for the `Host` field, as `HTTPURL.authority` gives it
  /// - Throws: `SerializationError` for what must not be sent; `output` is unchanged then.
  package static func append(
    _ method: HTTPMethod, target: String, host: Authority, fields: HTTPFields = [:], body: [UInt8] = [],
    to output: inout [UInt8]
  ) throws(SerializationError) {
    var head: [UInt8] = []
    head.reserveCapacity(512)
    try appendRequestLine(method, target: target, to: &head)
    FieldSerializer.append("Host", host.description, to: &head)
    try FieldSerializer.append(fields, reserved: reserved, to: &head)
    if !body.isEmpty || [.post, .put, .patch].contains(method) {
      FieldSerializer.appendContentLength(body.count, to: &head)
    }
    head.append(contentsOf: "\r\n".utf8)
    output.append(contentsOf: head)
    output.append(contentsOf: body)
  }

  private static func appendRequestLine(
    _ method: HTTPMethod, target: String, to output: inout [UInt8]
  ) throws(SerializationError) {
    guard target.utf8.first == UInt8(ascii: "/"), target.utf8.allSatisfy(\.isPathOrQueryCharacter) else {
      throw .malformedTarget
    }
    output.append(contentsOf: method.rawValue.utf8)
    output.append(.space)
    output.append(contentsOf: target.utf8)
    output.append(contentsOf: " HTTP/1.1\r\n".utf8)
  }
}
