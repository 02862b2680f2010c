/// Reads the one answer to one request of ours. Pure and incremental like `RequestParser`; it decodes no
/// content coding and never looks for a second answer. The head is known as soon as it is complete, whatever
/// becomes of the body: for a push, a 2xx status decides.
package struct ResponseParser: Sendable {
  /// What has been read of the answer, in this order.
  package enum Event: Hashable, Sendable {
    /// The final response's head; 1xx responses before it are skipped.
    case head(ResponseHead)
    /// The body of that response, empty where it has none. The last event.
    case complete(body: [UInt8])
  }

  private enum Phase {
    case head
    case headDelivered
    case body
    case complete
  }

  private let method: HTTPMethod
  private let limits: ResponseLimits
  private var buffer = MessageBuffer()
  private var phase = Phase.head
  private var headReader: ResponseHeadReader
  private var interimResponses = 0
  private var framing = ResponseFraming.none
  private var body: BodyReader?
  private var peerClosed = false
  private var failure: ResponseError?

  /// The final response's head once it is complete, also after an error in its body.
  package private(set) var head: ResponseHead?

  /// - Parameter method: of the request; an answer to HEAD has no body.
  package init(method: HTTPMethod, limits: ResponseLimits = ResponseLimits()) {
    self.method = method
    self.limits = limits
    headReader = ResponseHeadReader(limits: limits)
  }

  /// Whether the next request may use the connection: the answer is complete, its end was told by its
  /// framing, nothing came behind it, and the peer keeps the connection open.
  package var canReuseConnection: Bool {
    guard phase == .complete, !peerClosed, buffer.isEmpty, framing != .untilClose, let head else {
      return false
    }
    return head.allowsKeepAlive && !hasForbiddenBody(head)
  }

  /// Adds bytes as they arrived. After an error they are dropped.
  package mutating func append(_ bytes: some Sequence<UInt8>) {
    guard failure == nil else { return }
    buffer.append(bytes)
  }

  /// The peer will send no more.
  package mutating func finish() {
    peerClosed = true
  }

  /// The next event, `nil` until more bytes arrive and for good behind `complete`.
  /// - Throws: always the same error once one was thrown.
  package mutating func next() throws(ResponseError) -> Event? {
    if let failure { throw failure }
    do throws(ResponseError) {
      return try advance()
    } catch {
      failure = error
      buffer = MessageBuffer()
      throw error
    }
  }
}

extension ResponseParser {
  private mutating func advance() throws(ResponseError) -> Event? {
    switch phase {
    case .head: return try readHead()
    case .headDelivered:
      try beginBody()
      return try readBody()
    case .body: return try readBody()
    case .complete: return nil
    }
  }

  private mutating func readHead() throws(ResponseError) -> Event? {
    while let head = try syntax({ (parser) throws(MessageFault) in
      try parser.headReader.read(from: &parser.buffer)
    }) {
      headReader = ResponseHeadReader(limits: limits)
      guard head.status.isInformational else {
        self.head = head
        phase = .headDelivered
        return .head(head)
      }
      interimResponses += 1
      guard head.status.code != 101, interimResponses <= limits.interimResponses else {
        throw .unexpectedInterimResponse
      }
    }
    if peerClosed { throw .headCut }
    return nil
  }

  private mutating func beginBody() throws(ResponseError) {
    guard let head else { return }
    try syntax { (parser) throws(MessageFault) in
      let bodyLimits = BodyLimits(
        bytes: parser.limits.body, chunkExtensionBytes: 1 << 10, trailerBytes: parser.limits.head,
        trailerFields: parser.limits.headerFields)
      parser.framing = try ResponseFraming(of: head, to: parser.method)
      parser.body = try BodyReader(framing: parser.framing, limits: bodyLimits)
    }
    phase = .body
  }

  private mutating func readBody() throws(ResponseError) -> Event? {
    let isComplete = try syntax { (parser) throws(MessageFault) in
      try parser.body?.read(from: &parser.buffer) == true
    }
    guard isComplete || (peerClosed && framing == .untilClose) else {
      if peerClosed { throw .bodyCut }
      return nil
    }
    phase = .complete
    defer { body = nil }
    return .complete(body: body?.bytes ?? [])
  }

  /// A response that must have no body yet announces one: what follows on the connection is not to be
  /// trusted.
  private func hasForbiddenBody(_ head: ResponseHead) -> Bool {
    guard !head.status.allowsBody, head.status != .notModified else { return false }
    return head.fields["Transfer-Encoding"] != nil || head.fields["Content-Length"].map { $0 != "0" } ?? false
  }

  private mutating func syntax<Result>(
    _ step: (inout ResponseParser) throws(MessageFault) -> Result
  ) throws(ResponseError) -> Result {
    do throws(MessageFault) {
      return try step(&self)
    } catch {
      throw .malformed(error)
    }
  }
}
