/// Turns the bytes of one connection into requests, strictly by RFC 9112. Pure and incremental: bytes go in
/// with `append`, events come out of `next`, and the events never depend on how the bytes were split.
///
/// One request is read at a time; what arrives behind it stays in the buffer until its turn. The first fault
/// is final: it is thrown again by every later call, and nothing behind it is ever read as a request.
package struct RequestParser: Sendable {
  /// What has been read of the connection; a request is a head, then its completion.
  package enum Event: Hashable, Sendable {
    /// A head is complete and legal; no byte of its body has been read. `acceptBody` may be called now.
    case head(RequestHead, BodyFraming, expectsContinue: Bool)
    /// The request of the last `head` is complete.
    case complete(Request)
  }

  private enum Phase {
    case head
    case headDelivered
    case body
  }

  private let limits: ServerLimits
  private var buffer = MessageBuffer()
  private var phase = Phase.head
  private var headReader: RequestHeadReader
  private var current: (head: RequestHead, framing: BodyFraming)?
  private var body: BodyReader?
  private var failure: RequestError?
  /// Set once the head is complete, or has failed behind its first line.
  private var knownTarget: RequestTarget?

  package init(limits: ServerLimits) {
    self.limits = limits
    headReader = RequestHeadReader(limits: limits)
  }

  /// Whether a request has begun and is not complete: a connection that ends now was cut, not closed.
  package var hasPartialMessage: Bool { phase != .head || !buffer.isEmpty }

  /// What the request that is being read asks for, as soon as its first line is there; it stays known after a
  /// fault, so that the refusal can be one that its sender understands.
  package var target: RequestTarget? {
    knownTarget ?? (failure == nil ? headReader.target(in: buffer) : nil)
  }

  /// Adds bytes as they arrived. After a fault they are dropped.
  package mutating func append(_ bytes: some Sequence<UInt8>) {
    guard failure == nil else { return }
    buffer.append(bytes)
  }

  /// The next event, `nil` until more bytes arrive.
  package mutating func next() throws(RequestError) -> Event? {
    try failing { (parser) throws(MessageFault) in
      switch parser.phase {
      case .head: return try parser.readHead()
      case .headDelivered:
        try parser.beginBody(limit: parser.limits.body)
        return try parser.readBody()
      case .body: return try parser.readBody()
      }
    }
  }

  /// Sets the limit for the body of the head just delivered and lets it be read. Without this call the next
  /// `next` applies `ServerLimits.body`.
  /// - Parameter limit: in bytes.
  /// - Throws: `bodyTooLarge` at once if `Content-Length` is beyond it.
  /// - Precondition: the last event was `head`.
  package mutating func acceptBody(limit: Int) throws(RequestError) {
    precondition(phase == .headDelivered, "a body is accepted once, behind its head")
    try failing { (parser) throws(MessageFault) in try parser.beginBody(limit: limit) }
  }
}

extension RequestParser {
  private mutating func readHead() throws(MessageFault) -> Event? {
    guard let head = try headReader.read(from: &buffer) else { return nil }
    knownTarget = head.target
    let framing = try BodyFraming(of: head.fields, version: head.version)
    let expectsContinue = try RequestRules.expectsContinue(head, framing: framing)
    headReader = RequestHeadReader(limits: limits)
    current = (head, framing)
    phase = .headDelivered
    return .head(head, framing, expectsContinue: expectsContinue)
  }

  private mutating func beginBody(limit: Int) throws(MessageFault) {
    guard let current else { return }
    let bodyLimits = BodyLimits(
      bytes: limit, chunkExtensionBytes: limits.chunkExtensions, trailerBytes: limits.headerBlock,
      trailerFields: limits.headerFields)
    body = try BodyReader(framing: current.framing, limits: bodyLimits)
    phase = .body
  }

  private mutating func readBody() throws(MessageFault) -> Event? {
    guard try body?.read(from: &buffer) == true, let current, let body else { return nil }
    self.current = nil
    self.body = nil
    knownTarget = nil
    phase = .head
    return .complete(Request(head: current.head, body: body.bytes))
  }

  /// Runs a step unless one has failed before; keeps the fault if this one does.
  private mutating func failing<Result>(
    _ step: (inout RequestParser) throws(MessageFault) -> Result
  ) throws(RequestError) -> Result {
    if let failure { throw failure }
    do throws(MessageFault) {
      return try step(&self)
    } catch {
      let failure = RequestError(reason: error)
      knownTarget = target
      self.failure = failure
      buffer = MessageBuffer()
      throw failure
    }
  }
}
