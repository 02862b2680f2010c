/// The request line (RFC 9112 §3) with everything but the target judged; the target stays an offset until the
/// head is complete.
struct RequestLine: Sendable {
  let method: HTTPMethod
  let version: HTTPVersion
  let target: Range<Int>

  /// - Parameter range: the line without its end.
  init(parsing range: Range<Int>, in buffer: MessageBuffer) throws(MessageFault) {
    let line = buffer[range]
    let shift = range.lowerBound - line.startIndex
    let name = line.prefix { $0 != .space }
    guard name.isToken else { throw .malformedMethod }
    guard let lastSpace = line.lastIndex(of: .space), lastSpace > name.endIndex + 1 else {
      throw .malformedRequestLine
    }
    let target = line[(name.endIndex + 1)..<lastSpace]
    guard !target.contains(.space) else { throw .malformedRequestLine }
    version = try HTTPVersion(parsing: line[(lastSpace + 1)...])
    guard let method = HTTPMethod.known(named: name) else { throw .unknownMethod }
    self.method = method
    self.target = target.startIndex + shift..<target.endIndex + shift
  }
}
