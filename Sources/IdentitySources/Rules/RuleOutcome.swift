package import Transmitter

/// What a rule set makes of one change.
package struct RuleOutcome: Sendable {
  /// No two of them are the same, though several rules may ask for one.
  package internal(set) var emissions: [RuleEmission] = []
  /// The rules that applied and could not be carried out.
  package internal(set) var faults: [RuleFault] = []

  mutating func add(_ new: [RuleEmission]) {
    for emission in new
    where !emissions.contains(where: { $0.submission.isSame(as: emission.submission) }) {
      emissions.append(emission)
    }
  }
}

/// An event to be sent, and the rule that it comes from.
package struct RuleEmission: Sendable {
  package let rule: String
  package let submission: EventSubmission
}

/// Why a rule sends nothing about a change that it applies to. The others go on.
package struct RuleFault: Error, Hashable, CustomStringConvertible {
  package let rule: String
  package let reason: String

  package var description: String { "rule '\(rule)': \(reason)" }
}

extension EventSubmission {
  fileprivate func isSame(as other: EventSubmission) -> Bool {
    type == other.type && subject == other.subject && members == other.members
  }
}
