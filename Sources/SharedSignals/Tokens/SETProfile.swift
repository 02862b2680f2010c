import JSON

/// Where a SET names its subject: SSF 1.0 has one place, receivers in the field know others.
package enum SETProfile: String, CaseIterable, Sendable {
  /// `sub_id` beside `events` (SSF §3.1.1).
  case ssf10 = "ssf-1.0"
  /// `subject` inside the event, its members side by side as Okta's receiver wants them; no `sub_id`.
  case eventSubject = "event-subject"
  /// In both places, as Google's receiver shows it.
  case both
  /// `subject` inside the event as the subject identifier itself, the shape of the first drafts; no `sub_id`.
  case sseCAEP = "sse-caep"

  /// Whether the claims have `sub_id`.
  var hasSubjectClaim: Bool { self == .ssf10 || self == .both }

  /// The event as this profile writes it.
  func event(_ members: JSONObject, about subject: SubjectIdentifier) -> JSONObject {
    switch self {
    case .ssf10: members
    case .both, .sseCAEP: Self.event(members, subject: subject.json)
    case .eventSubject: Self.event(members, subject: .object(Self.principals(of: subject)))
    }
  }

  private static func event(_ members: JSONObject, subject: JSONValue) -> JSONObject {
    var event: JSONObject = ["subject": subject]
    for (name, value) in members { event[name] = value }
    return event
  }

  /// The principals by name: those of a complex subject; a simple one is the user.
  private static func principals(of subject: SubjectIdentifier) -> JSONObject {
    guard subject.format == .complex, var principals = subject.json.objectValue else {
      return ["user": subject.json]
    }
    principals["format"] = nil
    return principals
  }
}
