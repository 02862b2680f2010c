import JSON
import SharedSignals
import Transmitter

/// What is told when an identity changes in a certain way: a condition, the events, and whom they are about. A class,
/// so that a change which goes through all rules copies none.
final class Rule: Sendable {
  /// One event of a rule.
  struct Emission: Sendable {
    let type: EventType
    let members: JSONTemplate
    /// Subjects of which the first is taken that the change has all attributes of.
    let subjects: [JSONTemplate]
  }

  let name: String
  /// The only source that the rule is for; nil for all.
  let source: String?
  let filter: Filter
  let emissions: [Emission]
  /// What is asked of the events beyond their types' schemas.
  let policy: EventPolicy
  /// The attribute that says when it happened; nil for the time of the import.
  let eventTime: AttributePath?

  init(
    name: String, source: String?, filter: Filter, emissions: [Emission], policy: EventPolicy,
    eventTime: AttributePath?
  ) {
    self.name = name
    self.source = source
    self.filter = filter
    self.emissions = emissions
    self.policy = policy
    self.eventTime = eventTime
  }

  func applies(to change: IdentityChange, _ values: [AttributeValue]) -> Bool {
    source.map { $0 == change.source } ?? true && filter.matches(values)
  }

  /// The events for a change, all of them or none.
  ///
  /// - Throws: `RuleFault` if one cannot be built, or does not satisfy its type's schema.
  func events(for change: IdentityChange) throws(RuleFault) -> [RuleEmission] {
    var events: [RuleEmission] = []
    for emission in emissions {
      do {
        let submission = try submission(emission, for: change)
        events.append(RuleEmission(rule: name, submission: submission))
      } catch {
        throw RuleFault(rule: name, reason: "\(emission.type.shortName ?? emission.type.rawValue): \(error)")
      }
    }
    return events
  }

  private func submission(_ emission: Emission, for change: IdentityChange) throws -> EventSubmission {
    var members = try emission.members.value(for: change).objectValue ?? [:]
    if members["event_timestamp"] == nil, emission.type.tellsTime {
      members["event_timestamp"] = .integer(try time(of: change).seconds)
    }
    let submission: JSONValue = [
      "type": .string(emission.type.rawValue),
      "subject": try Self.subject(emission.subjects, for: change),
      "members": .object(members),
    ]
    return try EventSubmission(submission, under: policy)
  }

  private static func subject(
    _ subjects: [JSONTemplate], for change: IdentityChange
  ) throws(MissingAttribute) -> JSONValue {
    for subject in subjects.dropLast() {
      if let value = try? subject.value(for: change) { return value }
    }
    return try subjects[subjects.count - 1].value(for: change)
  }

  /// When the change happened: RFC 3339, or seconds since 1970.
  private func time(of change: IdentityChange) throws -> Timestamp {
    guard let eventTime, let text = change.value(of: eventTime)?.stringValue else { return change.time }
    if let time = Timestamp(text) { return time }
    guard let seconds = Int64(text), (0..<100_000_000_000).contains(seconds) else {
      throw UnreadableTime(path: eventTime)
    }
    return Timestamp(milliseconds: seconds * 1000)
  }
}

/// An attribute that should say when something happened, and does not.
private struct UnreadableTime: Error, CustomStringConvertible {
  let path: AttributePath

  var description: String { "\(path) is no time; it must be RFC 3339 or a number of seconds since 1970" }
}

extension EventType {
  /// Whether events of this type carry `event_timestamp` (CAEP §2; receivers of RISC events read it too).
  fileprivate var tellsTime: Bool { EventCatalog.deliverable.contains(self) }
}
