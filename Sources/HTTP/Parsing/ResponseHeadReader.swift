/// Reads one response head: status line (RFC 9112 §4) and fields. A missing reason phrase is let pass, with
/// or without the space before it; everything else is as strict as for requests.
struct ResponseHeadReader: Sendable {
  private let limits: ResponseLimits
  private var scanner = LineScanner(startingAt: 0)
  private var statusLine: (version: HTTPVersion, status: HTTPStatus)?
  private var fields: FieldSectionReader?

  init(limits: ResponseLimits) {
    self.limits = limits
  }

  /// Reads what has arrived; the head, taken from `buffer`, once it is complete.
  mutating func read(from buffer: inout MessageBuffer) throws(MessageFault) -> ResponseHead? {
    if statusLine == nil { try readStatusLine(from: buffer) }
    guard let statusLine, let end = try fields?.read(from: buffer), let fields else { return nil }
    let head = ResponseHead(
      version: statusLine.version, status: statusLine.status, fields: fields.fields(in: buffer))
    buffer.consume(end)
    return head
  }

  private mutating func readStatusLine(from buffer: MessageBuffer) throws(MessageFault) {
    // Another protocol is refused at its first byte, not when a line of it happens to end.
    guard "HTTP/".utf8.starts(with: buffer[0..<min(buffer.count, 5)]) else { throw .malformedStatusLine }
    guard
      let line = try scanner.nextLine(in: buffer, before: limits.head, excess: .headerBlockTooLarge)
    else { return }
    statusLine = try Self.parse(buffer[line])
    fields = FieldSectionReader(
      startingAt: scanner.lineStart, maximumBytes: limits.head - scanner.lineStart,
      maximumCount: limits.headerFields)
  }

  private static func parse(
    _ line: ArraySlice<UInt8>
  ) throws(MessageFault) -> (version: HTTPVersion, status: HTTPStatus) {
    let version = try HTTPVersion(parsing: line.prefix(8))
    let code = line.dropFirst(9).prefix(3)
    guard line.dropFirst(8).first == .space, line.dropFirst(12).first ?? .space == .space,
      code.count == 3, let value = code.decimalValue(maximumDigits: 3), 100...599 ~= value
    else { throw .malformedStatusLine }
    return (version, HTTPStatus(code: value))
  }
}
