/// A request without its body: what can be judged before a byte of the body is read.
package struct RequestHead: Hashable, Sendable {
  package let method: HTTPMethod
  package let target: RequestTarget
  package let version: HTTPVersion
  package let fields: HTTPFields

  package init(
    method: HTTPMethod, target: RequestTarget, version: HTTPVersion = .http11, fields: HTTPFields = [:]
  ) {
    self.method = method
    self.target = target
    self.version = version
    self.fields = fields
  }

  /// Whether the client lets the connection live on (RFC 9112 §9.3): on HTTP/1.1 unless it says `close`, on
  /// HTTP/1.0 only if it says `keep-alive`.
  package var allowsKeepAlive: Bool { fields.allowKeepAlive(in: version) }
}

/// A whole request.
package struct Request: Hashable, Sendable {
  package let head: RequestHead
  package let body: [UInt8]

  package init(head: RequestHead, body: [UInt8] = []) {
    self.head = head
    self.body = body
  }

  package var method: HTTPMethod { head.method }
  package var target: RequestTarget { head.target }
  package var fields: HTTPFields { head.fields }

  /// `type/subtype` of `Content-Type` in lower case, without parameters; `nil` when absent or repeated.
  package var mediaType: String? {
    guard case .once(let value) = fields.occurrence(of: "Content-Type") else { return nil }
    let type = value.utf8.prefix { $0 != UInt8(ascii: ";") }.trimmingBlanks
    return String(decoding: type.map(\.asciiLowercased), as: UTF8.self)
  }
}

extension HTTPFields {
  func allowKeepAlive(in version: HTTPVersion) -> Bool {
    guard !list("Connection", contains: "close") else { return false }
    return version == .http11 || list("Connection", contains: "keep-alive")
  }
}
