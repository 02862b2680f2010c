/// How the end of a response's body is found (RFC 9112 §6.3).
enum ResponseFraming: Hashable, Sendable {
  case none
  case framed(BodyFraming)
  /// By the end of the connection.
  case untilClose

  /// - Parameter method: of the request that is answered.
  init(of head: ResponseHead, to method: HTTPMethod) throws(MessageFault) {
    guard method != .head, head.status.allowsBody else {
      self = .none
      return
    }
    let framing = try BodyFraming(of: head.fields, version: head.version)
    self = framing == .none ? .untilClose : .framed(framing)
  }
}
