/// What a complete request head must satisfy beyond its grammar: the target's form, `Host`, `Expect`.
enum RequestRules {
  static func check(_ head: RequestHead) throws(MessageFault) {
    if head.target.form == .asterisk, head.method != .options { throw .malformedTarget }
    try checkHost(of: head)
    try checkExpectation(of: head)
  }

  /// Whether the client waits for `100 Continue` before it sends the body (RFC 9110 §10.1.1): ignored on
  /// HTTP/1.0 and where no body follows.
  static func expectsContinue(_ head: RequestHead, framing: BodyFraming) -> Bool {
    head.version == .http11 && framing.announcesBody && head.fields["Expect"] != nil
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

  private static func checkExpectation(of head: RequestHead) throws(MessageFault) {
    guard head.version == .http11 else { return }
    for value in head.fields.values(of: "Expect")
    where !value.utf8.equalsIgnoringCase("100-continue".utf8) {
      throw .unknownExpectation
    }
  }
}
