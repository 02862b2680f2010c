import IdentitySources
import JSON
import SharedSignals
import Transmitter

/// What rules make of sample changes, for people and for programs.
struct RuleTrial {
  private let rules: RuleSet
  private let outcomes: [(change: IdentityChange, outcome: RuleOutcome)]
  private let took: Duration

  init(of rules: RuleSet, on changes: [IdentityChange]) {
    self.rules = rules
    var outcomes: [RuleOutcome] = []
    outcomes.reserveCapacity(changes.count)
    took = ContinuousClock().measure {
      for change in changes { outcomes.append(rules.evaluate(change)) }
    }
    self.outcomes = zip(changes, outcomes).map { ($0, $1) }
  }

  /// Whether some rule could not be carried out.
  var hasFaults: Bool { outcomes.contains { !$0.outcome.faults.isEmpty } }

  /// A line for each event and each fault, and one that sums up.
  var table: String {
    let rows = outcomes.flatMap { change, outcome in
      outcome.emissions.map { Self.row(of: change, $0) }
        + outcome.faults.map { [change.externalID, $0.rule, "FAULT", $0.reason, ""] }
    }
    let heading = ["IDENTITY", "RULE", "EVENT", "SUBJECT", "MEMBERS"]
    return (rows.isEmpty ? "" : Terminal.table(heading, rows) + "\n") + summary
  }

  private static func row(of change: IdentityChange, _ emission: RuleEmission) -> [String] {
    let submission = emission.submission
    return [
      change.externalID, emission.rule, submission.type.shortName ?? submission.type.rawValue,
      submission.subject.json.text(), JSONValue.object(submission.members).text(),
    ]
  }

  private var summary: String {
    let events = outcomes.reduce(0) { $0 + $1.outcome.emissions.count }
    let faults = outcomes.reduce(0) { $0 + $1.outcome.faults.count }
    return "\(outcomes.count) changes, \(rules.names.count) rules: \(events) events, \(faults) faults; "
      + "\(microseconds) µs a change"
  }

  /// How long a change took, to a hundredth of a microsecond.
  private var microseconds: String {
    let hundredths = Int64(took / .nanoseconds(10)) / Int64(max(outcomes.count, 1))
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
  }

  /// An array with a member for each change.
  var json: JSONValue {
    .array(
      outcomes.map { change, outcome in
        [
          "externalId": .string(change.externalID), "kind": .string(change.kind.rawValue),
          "changes": .array(change.attributes.map(\.json)),
          "events": .array(outcome.emissions.map(Self.json)),
          "faults": .array(outcome.faults.map { ["rule": .string($0.rule), "reason": .string($0.reason)] }),
        ]
      })
  }

  private static func json(_ emission: RuleEmission) -> JSONValue {
    [
      "rule": .string(emission.rule), "type": .string(emission.submission.type.rawValue),
      "subject": emission.submission.subject.json, "members": .object(emission.submission.members),
    ]
  }
}
