package import JSON

/// What a standard demands of one type of event: its members and the subjects it may be about.
///
/// Members that the schema does not describe are allowed (SSF §4.2.3): receivers ignore what they do not know.
package struct EventSchema: Sendable {
  /// The members the standard describes, in its order.
  package let members: [EventMember]
  /// The formats the subject must have one of; empty if every format will do.
  package let subjectFormats: [SubjectFormat]
  /// Whether a `subject` beside the other members is legal. Only types older than SSF 1.0 may carry it
  /// (SSF §3.1.1, §3.1.2).
  package let allowsSubjectMember: Bool

  init(_ members: [EventMember], about subjectFormats: [SubjectFormat] = [], allowsSubjectMember: Bool) {
    self.members = members
    self.subjectFormats = subjectFormats
    self.allowsSubjectMember = allowsSubjectMember
  }

  /// The rules of a type that no standard defines.
  static let custom = EventSchema([], allowsSubjectMember: false)

  /// Everything that is wrong with an event of this type; empty if it may be sent.
  ///
  /// The pointers are relative to the event as a producer hands it in: `/members/…` and `/subject/…`.
  package func validate(members: JSONObject, subject: SubjectIdentifier) -> [Violation] {
    memberViolations(in: members) + subjectMemberViolations(in: members) + subjectViolations(of: subject)
  }

  private func memberViolations(in object: JSONObject) -> [Violation] {
    members.flatMap { member in
      let pointer = Self.membersPointer.appending(member.name)
      if let value = object[member.name] {
        return member.shape.violations(of: value, named: member.name, at: pointer)
      }
      let cause = "\(member.name) is missing; it must be \(member.shape.expectation)"
      return member.isRequired ? [Violation(pointer, cause)] : []
    }
  }

  private func subjectMemberViolations(in object: JSONObject) -> [Violation] {
    guard !allowsSubjectMember, object["subject"] != nil else { return [] }
    let remedy = "name the subject beside the members, where it becomes sub_id"
    let cause = "an event of this type must not hold subject; \(remedy)"
    return [Violation(Self.membersPointer.appending("subject"), cause)]
  }

  private func subjectViolations(of subject: SubjectIdentifier) -> [Violation] {
    guard !subjectFormats.isEmpty, !subjectFormats.contains(subject.format) else { return [] }
    let formats = subjectFormats.map(\.rawValue).joined(separator: " or ")
    let pointer: JSONPointer = ["subject", "format"]
    let cause = "an event of this type needs a subject of format \(formats), not \(subject.format)"
    return [Violation(pointer, cause)]
  }

  private static let membersPointer: JSONPointer = ["members"]
}
