/// Why an answer could not be read. Where its head was complete, `ResponseParser.head` still holds it.
package enum ResponseError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A broken rule of the message format; `malformedStatusLine` for HTTP/0.9, another protocol, or garbage.
  case malformed(MessageFault)
  /// More than eight 1xx responses, or a 101 that nothing asked for.
  case unexpectedInterimResponse
  /// The peer closed before the head was complete.
  case headCut
  /// The peer closed before the body was complete.
  case bodyCut

  /// A stable code for metrics and logs.
  package var code: String {
    switch self {
    case .malformed(let fault): fault.rawValue
    case .unexpectedInterimResponse: "unexpected_interim_response"
    case .headCut: "head_cut"
    case .bodyCut: "body_cut"
    }
  }

  package var description: String {
    switch self {
    case .malformed(let fault): "the answer is malformed: \(fault)"
    case .unexpectedInterimResponse: "the peer keeps sending 1xx answers or switched protocols unasked"
    case .headCut: "the peer closed the connection before its answer's head was complete"
    case .bodyCut: "the peer closed the connection before its answer's body was complete"
    }
  }
}
