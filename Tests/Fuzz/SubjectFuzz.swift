import JSON
import SharedSignals

/// Feeds subject identifiers and claims whatever the fuzzer makes up. What is accepted must be accepted again from
/// its own text, and mean the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSubject(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard let json = try? JSONValue(parsing: bytes) else { return 0 }
  if let subject = try? SubjectIdentifier(json: json, at: .root) {
    checkRoundTrip(of: subject)
  }
  if let token = try? SecurityEventToken(claims: json) {
    checkRoundTrip(of: token)
  }
  return 0
}

private func checkRoundTrip(of subject: SubjectIdentifier) {
  let text = subject.json.serialized()
  let again = (try? JSONValue(parsing: text)).flatMap { try? SubjectIdentifier(json: $0, at: .root) }
  check(again == subject, "a subject is read back from its text")
  check(again?.orderKeySource == subject.orderKeySource, "its order key is the same")
  if let user = subject.user {
    check((try? SubjectIdentifier(json: user, at: .root)) != nil, "a complex subject's user is a subject")
  }
}

private func checkRoundTrip(of token: SecurityEventToken) {
  var text: [UInt8] = []
  token.appendClaims(to: &text)
  check(token.claims().serialized() == text, "claims are the same as value and as text")
  let again = (try? JSONValue(parsing: text)).flatMap { try? SecurityEventToken(claims: $0) }
  check(again == token, "a token is read back from its text")
  let schema = EventCatalog.schema(for: token.eventType)
  _ = schema.validate(members: token.members, subject: token.subject).map(\.description)
}

/// Unlike `precondition`, it says in an optimized build what failed.
private func check(_ condition: Bool, _ claim: @autoclosure () -> String) {
  if !condition { fatalError("does not hold: \(claim())") }
}
