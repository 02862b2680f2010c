package import JSON

/// What an import has done, or a dry run would do.
package struct ImportReport: Hashable, Sendable {
  package var created = 0
  package var updated = 0
  package var deleted = 0
  /// Uploaded, and the same as before.
  package var unchanged = 0
  /// Identities that differ, where that was counted before anything was changed.
  package var changes = 0
  /// Identities that events were sent about.
  package var people = 0
  package var events = 0
  /// What the brake has found, if it holds or held the import.
  package var held: Held?
  /// Rules that could not be carried out, each once.
  package var faults: [Fault] = []
  /// Why the import failed.
  package var error: String?

  /// How many people are affected, and how many the brake lets pass.
  package struct Held: Hashable, Sendable {
    package let people: Int
    package let limit: Int
  }

  /// How often a rule could not be carried out, and why the first time.
  package struct Fault: Hashable, Sendable {
    package let rule: String
    package let reason: String
    package var count: Int
  }

  package init() {}

  mutating func add(_ change: IdentityChange, _ outcome: RuleOutcome) {
    switch change.kind {
    case .created: created += 1
    case .updated: updated += 1
    case .deleted: deleted += 1
    }
    if !outcome.emissions.isEmpty { people += 1 }
    events += outcome.emissions.count
    for fault in outcome.faults { add(fault) }
  }

  private mutating func add(_ fault: RuleFault) {
    if let index = faults.firstIndex(where: { $0.rule == fault.rule }) {
      faults[index].count += 1
    } else {
      faults.append(Fault(rule: fault.rule, reason: fault.reason, count: 1))
    }
  }
}

extension ImportReport {
  private static let counts: [(name: String, path: any WritableKeyPath<ImportReport, Int> & Sendable)] = [
    ("created", \.created), ("updated", \.updated), ("deleted", \.deleted), ("unchanged", \.unchanged),
    ("changes", \.changes), ("people", \.people), ("events", \.events),
  ]

  /// As administrators read it, and as it is kept.
  package var json: JSONObject {
    var json = JSONObject()
    for (name, path) in Self.counts { json[name] = .integer(Int64(self[keyPath: path])) }
    json["held"] = held.map { ["people": .integer(Int64($0.people)), "limit": .integer(Int64($0.limit))] }
    json["faults"] = .array(
      faults.map {
        ["rule": .string($0.rule), "reason": .string($0.reason), "count": .integer(Int64($0.count))]
      })
    json["error"] = error.map(JSONValue.string)
    return json
  }

  /// Reads back what `json` wrote.
  init(json: JSONValue) {
    for (name, path) in Self.counts { self[keyPath: path] = Self.count(json[name]) }
    held = json["held"].map { Held(people: Self.count($0["people"]), limit: Self.count($0["limit"])) }
    faults = (json["faults"]?.arrayValue ?? []).map { fault in
      Fault(
        rule: fault["rule"]?.stringValue ?? "", reason: fault["reason"]?.stringValue ?? "",
        count: Self.count(fault["count"]))
    }
    error = json["error"]?.stringValue
  }

  private static func count(_ json: JSONValue?) -> Int { Int(json?.integerValue ?? 0) }
}
