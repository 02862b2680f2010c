/// What metrics tell of imports, of single changes, and of rules.
package struct ImportFigures: Sendable {
  /// How an import ended.
  package enum End: String, CaseIterable, Sendable { case completed, failed, discarded }

  /// Sessions that have not ended, by how far they are.
  package internal(set) var sessions: [SessionStage: Int] = [:]
  /// Imports that have ended since the start.
  package internal(set) var ends: [End: Int] = [:]
  /// Records that were compared with a snapshot since the start, those of dry runs too.
  package internal(set) var compared = 0
  package internal(set) var tally = ChangeTally()
}

/// What was changed since the start, and what was told of it.
package struct ChangeTally: Sendable {
  /// Identities that were changed.
  package private(set) var changes: [IdentityChange.Kind: Int] = [:]
  /// Events by the rules that made them.
  package private(set) var events: [String: Int] = [:]
  /// How often a rule could not be carried out.
  package private(set) var faults: [String: Int] = [:]

  mutating func add(_ change: IdentityChange, _ outcome: RuleOutcome) {
    changes[change.kind, default: 0] += 1
    for emission in outcome.emissions { events[emission.rule, default: 0] += 1 }
    for fault in outcome.faults { faults[fault.rule, default: 0] += 1 }
  }

  /// Lets rules that have not spoken yet count from zero.
  mutating func name(_ rules: [String]) {
    for rule in rules {
      events[rule, default: 0] += 0
      faults[rule, default: 0] += 0
    }
  }

  mutating func add(_ other: ChangeTally) {
    changes.merge(other.changes, uniquingKeysWith: +)
    events.merge(other.events, uniquingKeysWith: +)
    faults.merge(other.faults, uniquingKeysWith: +)
  }
}

/// How far a session is that has not ended.
package enum SessionStage: String, CaseIterable, Sendable {
  /// It takes uploads.
  case created
  /// It waits for its turn.
  case triggered
  case comparing
  /// It waits for an administrator.
  case held
  case applying
}
