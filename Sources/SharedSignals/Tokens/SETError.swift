/// Why claims are no Security Event Token that SSF 1.0 allows. RFC 8935 calls all of these `invalid_request`.
package enum SETError: Error, Hashable {
  case notAnObject
  case missingClaim(String)
  case unfitClaim(String, expected: String)
  /// A claim that SSF 1.0 §4.1.2 and §4.1.7 keep out of every SET.
  case forbiddenClaim(String)
  case unfitSubject(SubjectError)
  case eventCount(Int)
  case eventTypeNotURI(String)
  case eventNotAnObject(EventType)
}

extension SETError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notAnObject: "the claims must be an object"
    case .missingClaim(let name): "the claim \(name) is missing"
    case .unfitClaim(let name, let expected): "the claim \(name) must be \(expected)"
    case .forbiddenClaim(let name): "a SET must not hold the claim \(name) (SSF 1.0 §4.1)"
    case .unfitSubject(let error): error.description
    case .eventCount(let count): "a SET must hold one event, not \(count)"
    case .eventTypeNotURI(let name): "the event type \"\(name)\" is not a URI"
    case .eventNotAnObject(let type): "the event \(type) must be an object, {} if it has no members"
    }
  }
}
