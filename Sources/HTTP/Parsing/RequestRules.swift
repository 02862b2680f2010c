/// What a complete request head must satisfy beyond its grammar: the form of the target, `Host`, `Expect`.
enum RequestRules {
  static func check(_ head: RequestHead) throws(MessageFault) {
    if head.target.form == .asterisk, head.method != .options { throw .malformedTarget }
    try checkHost(of: head)
  }

  /// Whether the client waits for `100 Continue` before it sends the body (RFC 9110 §10.1.1). `Expect` is
  /// ignored on HTTP/1.0 and where no body follows; elsewhere no other expectation is known.
  static func expectsContinue(_ head: RequestHead, framing: BodyFraming) throws(MessageFault) -> Bool {
    guard head.version == .http11, framing.announcesBody else { return false }
    let expectations = head.fields.values(of: "Expect")
    guard expectations.allSatisfy({ $0.utf8.equalsIgnoringCase("100-continue".utf8) }) else {
      throw .unknownExpectation
    }
    return !expectations.isEmpty
  }

  /// RFC 9112 §3.2: exactly one `Host` on HTTP/1.1; the absolute form must name the same authority.
  private static func checkHost(of head: RequestHead) throws(MessageFault) {
    switch head.fields.occurrence(of: "Host") {
    case .once(let host): try check(host: host, target: head.target)
    case .repeated: throw .repeatedHost
    case .none:
      guard head.version == .http10 else { throw .missingHost }
      if case .absolute = head.target.form { throw .authorityMismatch }
    }
  }

  private static func check(host: String, target: RequestTarget) throws(MessageFault) {
    guard let authority = try? Authority(parsing: Array(host.utf8)[...]) else { throw .malformedHost }
    if case .absolute(let named) = target.form, named != authority { throw .authorityMismatch }
  }
}
