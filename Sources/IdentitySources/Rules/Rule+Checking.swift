import JSON
import SharedSignals
import Transmitter

extension Rule.Emission {
  /// Finds at load what no change can mend: a member that is missing, or a constant one that the type's schema
  /// refuses.
  func check(at pointer: JSONPointer, under policy: EventPolicy) throws(RuleError) {
    guard case .object(let members) = members else {
      throw RuleError(pointer.appending("members"), "must be an object")
    }
    let varying = Set(members.filter { !$0.value.isConstant }.map(\.name))
    let schema = EventCatalog.schema(for: type)
    for member in schema.members where !varying.contains(member.name) {
      let constant = members.first { $0.name == member.name }
      try check(member, constant?.value, at: pointer.appending("members").appending(member.name))
    }
    if policy.requiresReason(of: type), !members.contains(where: { $0.name == "reason_admin" }) {
      throw RuleError(
        pointer.appending("members"),
        "needs reason_admin, such as {\"en\": \"{old.status} to {new.status}\"} (events.require_reason_admin)"
      )
    }
    try checkSubjects(against: schema, at: pointer)
  }

  private func check(
    _ member: EventMember, _ constant: JSONTemplate?, at pointer: JSONPointer
  ) throws(RuleError) {
    guard let constant else {
      if member.isRequired, !(member.name == "event_timestamp") {
        throw RuleError(pointer, "is missing; it must be \(member.shape.expectation)")
      }
      return
    }
    let violations = member.shape.violations(of: constant.sample, named: member.name, at: pointer)
    if let violation = violations.first { throw RuleError(violation.pointer, violation.message) }
  }

  private func checkSubjects(against schema: EventSchema, at pointer: JSONPointer) throws(RuleError) {
    guard !schema.subjectFormats.isEmpty else { return }
    let names = schema.subjectFormats.map(\.rawValue)
    for subject in subjects {
      guard let format = subject.sample["format"]?.stringValue, names.contains(format) else {
        throw RuleError(pointer, "needs a subject of format \(names.joined(separator: " or "))")
      }
    }
  }
}

extension JSONTemplate {
  /// The value with every attribute as an empty text; the value itself where it is constant.
  fileprivate var sample: JSONValue {
    switch self {
    case .constant(let value): value
    case .text: ""
    case .array(let elements): .array(elements.map(\.sample))
    case .object(let members):
      .object(members.reduce(into: JSONObject()) { $0[$1.name] = $1.value.sample })
    }
  }
}
