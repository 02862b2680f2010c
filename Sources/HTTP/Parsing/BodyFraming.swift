/// How the end of a request's body is found (RFC 9112 §6.3).
package enum BodyFraming: Hashable, Sendable {
  /// No body: neither `Content-Length` nor `Transfer-Encoding`.
  case none
  case contentLength(Int)
  case chunked

  /// Whether any byte of a body is still to be expected.
  package var announcesBody: Bool { self != .none && self != .contentLength(0) }

  /// What `Content-Length` and `Transfer-Encoding` say, in the strict reading that leaves no second one:
  /// never both, each at most once, one plain number or exactly `chunked`.
  init(of fields: HTTPFields, version: HTTPVersion) throws(MessageFault) {
    switch (fields.occurrence(of: "Content-Length"), fields.occurrence(of: "Transfer-Encoding")) {
    case (.none, .none): self = .none
    case (.once(let length), .none): self = .contentLength(try Self.length(length))
    case (.repeated, .none): throw .repeatedContentLength
    case (.none, let coding):
      try Self.checkChunked(coding, version: version)
      self = .chunked
    default: throw .lengthAndTransferEncoding
    }
  }

  private static func length(_ value: String) throws(MessageFault) -> Int {
    guard let length = value.utf8.decimalValue(maximumDigits: 18) else { throw .malformedContentLength }
    return length
  }

  private static func checkChunked(
    _ coding: HTTPFields.Occurrence, version: HTTPVersion
  ) throws(MessageFault) {
    guard case .once(let value) = coding else { throw .repeatedTransferEncoding }
    guard version == .http11 else { throw .transferEncodingBefore11 }
    if value.utf8.equalsIgnoringCase("chunked".utf8) { return }
    throw value.utf8.isToken ? .unknownTransferCoding : .malformedTransferEncoding
  }
}
