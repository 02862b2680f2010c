/// Reads one request head: at most one empty line in front (RFC 9112 §2.2), the request line, the fields.
struct RequestHeadReader: Sendable {
  private let limits: ServerLimits
  private var scanner = LineScanner(startingAt: 0)
  private var skippedEmptyLine = false
  private var requestLine: RequestLine?
  private var fields: FieldSectionReader?

  init(limits: ServerLimits) {
    self.limits = limits
  }

  /// Reads what has arrived; the head, taken from `buffer`, once it is complete.
  mutating func read(from buffer: inout MessageBuffer) throws(MessageFault) -> RequestHead? {
    if requestLine == nil { try readRequestLine(from: &buffer) }
    guard let requestLine, let end = try fields?.read(from: buffer), let fields else { return nil }
    let head = RequestHead(
      method: requestLine.method, target: try RequestTarget(parsing: buffer[requestLine.target]),
      version: requestLine.version, fields: fields.fields(in: buffer))
    try RequestRules.check(head)
    buffer.consume(end)
    return head
  }

  /// The target of the request line, if that is read and the target can be understood.
  func target(in buffer: MessageBuffer) -> RequestTarget? {
    requestLine.flatMap { try? RequestTarget(parsing: buffer[$0.target]) }
  }

  private mutating func readRequestLine(from buffer: inout MessageBuffer) throws(MessageFault) {
    guard let line = try nextLine(in: buffer) else { return }
    if line.isEmpty, !skippedEmptyLine {
      skippedEmptyLine = true
      buffer.consume(scanner.lineStart)
      scanner = LineScanner(startingAt: 0)
      return try readRequestLine(from: &buffer)
    }
    requestLine = try RequestLine(parsing: line, in: buffer)
    fields = FieldSectionReader(
      startingAt: scanner.lineStart, maximumBytes: limits.headerBlock, maximumCount: limits.headerFields)
  }

  private mutating func nextLine(in buffer: MessageBuffer) throws(MessageFault) -> Range<Int>? {
    try scanner.nextLine(in: buffer, before: limits.requestLine + 2, excess: .requestLineTooLong)
  }
}
