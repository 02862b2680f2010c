package import JSON
import SharedSignals
package import Transmitter

/// Rules as they are written:
///
///     {"name": "leaver", "source": "hr",
///      "when": "changed.status pr and new.status eq \"terminated\"",
///      "emit": ["account-disabled", {"type": "session-revoked", "members": {"initiating_entity": "policy"}}],
///      "subject": {"format": "email", "email": "{identity.email}"},
///      "event_time": "new.endDate"}
///
/// `source` and `event_time` may be left out. `subject` may be an array: the first that the identity has all
/// attributes for is taken. An event may have a `subject` of its own.
extension RuleSet {
  private static let mostRules = 200

  /// - Parameter policy: what is asked of the events, as of those that producers submit.
  /// - Throws: the first `RuleError` that is found.
  package init(_ json: JSONValue, under policy: EventPolicy = EventPolicy()) throws(RuleError) {
    guard let elements = json.arrayValue, elements.count <= Self.mostRules else {
      throw RuleError(.root, "rules must be an array of at most \(Self.mostRules)")
    }
    var table = AttributeTable()
    var rules: [Rule] = []
    for (index, element) in elements.enumerated() {
      let reader = try RuleReader(element, at: .root.appending(index), under: policy)
      let rule = try reader.rule(entering: &table)
      guard !rules.contains(where: { $0.name == rule.name }) else {
        throw RuleError(reader.pointer.appending("name"), "two rules are called '\(rule.name)'")
      }
      rules.append(rule)
    }
    self.init(rules: rules, table: table, json: json)
  }
}

/// Reads one rule.
private struct RuleReader {
  private static let known: Set<String> = ["name", "source", "when", "emit", "subject", "event_time"]

  let pointer: JSONPointer
  private let object: JSONObject
  private let policy: EventPolicy

  init(_ json: JSONValue, at pointer: JSONPointer, under policy: EventPolicy) throws(RuleError) {
    self.pointer = pointer
    self.policy = policy
    object = try Self.object(json, knowing: Self.known, at: pointer)
  }

  func rule(entering table: inout AttributeTable) throws(RuleError) -> Rule {
    let name = try text("name")
    return Rule(
      name: name, source: try optionalText("source"), filter: try filter(entering: &table),
      emissions: try emissions(), policy: policy, eventTime: try eventTime())
  }

  private func filter(entering table: inout AttributeTable) throws(RuleError) -> Filter {
    let text = try text("when")
    do {
      return try FilterParser.parse(text, entering: &table)
    } catch {
      throw RuleError(pointer.appending("when"), error.description)
    }
  }

  private func eventTime() throws(RuleError) -> AttributePath? {
    guard let name = try optionalText("event_time") else { return nil }
    do {
      return try AttributePath(name)
    } catch {
      throw RuleError(pointer.appending("event_time"), error.description)
    }
  }

  // MARK: - Events

  private func emissions() throws(RuleError) -> [Rule.Emission] {
    let pointer = pointer.appending("emit")
    guard let elements = object["emit"]?.arrayValue, !elements.isEmpty else {
      throw RuleError(pointer, "emit must be an array of event types, or of objects with type and members")
    }
    let common = try subjects(object["subject"], at: self.pointer.appending("subject"))
    var emissions: [Rule.Emission] = []
    for (index, element) in elements.enumerated() {
      emissions.append(try emission(element, common, at: pointer.appending(index)))
    }
    return emissions
  }

  private func emission(
    _ json: JSONValue, _ common: [JSONTemplate], at pointer: JSONPointer
  ) throws(RuleError) -> Rule.Emission {
    let json = json.stringValue.map { ["type": .string($0)] } ?? json
    let object = try Self.object(json, knowing: ["type", "members", "subject"], at: pointer)
    let own = try subjects(object["subject"], at: pointer.appending("subject"))
    guard let subjects = [own, common].first(where: { !$0.isEmpty }) else {
      throw RuleError(pointer, "has no subject; name one here or for the whole rule")
    }
    let emission = Rule.Emission(
      type: try type(object["type"], at: pointer.appending("type")),
      members: try JSONTemplate(object["members"] ?? [:], at: pointer.appending("members")),
      subjects: subjects)
    try emission.check(at: pointer, under: policy)
    return emission
  }

  private func type(_ json: JSONValue?, at pointer: JSONPointer) throws(RuleError) -> EventType {
    guard let name = json?.stringValue else { throw RuleError(pointer, "must name an event type") }
    let type: EventType
    do {
      type = try EventType(shortOrURI: name)
    } catch {
      throw RuleError(pointer, error.description)
    }
    guard type != .verification, type != .streamUpdated else {
      throw RuleError(pointer, "is made by the transmitter itself")
    }
    return type
  }

  /// One subject or several; none if there is nothing.
  private func subjects(_ json: JSONValue?, at pointer: JSONPointer) throws(RuleError) -> [JSONTemplate] {
    guard let json else { return [] }
    guard let elements = json.arrayValue else { return [try subject(json, at: pointer)] }
    var subjects: [JSONTemplate] = []
    for (index, element) in elements.enumerated() {
      subjects.append(try subject(element, at: pointer.appending(index)))
    }
    return subjects
  }

  private func subject(_ json: JSONValue, at pointer: JSONPointer) throws(RuleError) -> JSONTemplate {
    guard json["format"] != nil else {
      throw RuleError(
        pointer, "must be a subject identifier such as {\"format\":\"email\",\"email\":\"{identity.email}\"}")
    }
    let template = try JSONTemplate(json, at: pointer)
    guard !template.isConstant else {
      throw RuleError(pointer, "is the same for every identity; name an attribute such as {identity.email}")
    }
    return template
  }

  // MARK: - Members

  private func text(_ name: String) throws(RuleError) -> String {
    guard let text = try optionalText(name) else { throw RuleError(pointer.appending(name), "is missing") }
    return text
  }

  private func optionalText(_ name: String) throws(RuleError) -> String? {
    guard let value = object[name] else { return nil }
    guard let text = value.stringValue, !text.isEmpty else {
      throw RuleError(pointer.appending(name), "must be a text that is not empty, not \(value.typeName)")
    }
    return text
  }

  private static func object(
    _ json: JSONValue, knowing known: Set<String>, at pointer: JSONPointer
  ) throws(RuleError) -> JSONObject {
    guard let object = json.objectValue else {
      throw RuleError(pointer, "must be an object, not \(json.typeName)")
    }
    guard let unknown = object.names.first(where: { !known.contains($0) }) else { return object }
    let hint = known.nearest(to: unknown).map { "did you mean \($0)?" }
    throw RuleError(
      pointer.appending(unknown),
      "is unknown; " + (hint ?? "known: \(known.sorted().joined(separator: ", "))"))
  }
}
