import Synchronization

/// Holds the rules in force for everybody who applies them. A reload swaps the whole set; an import under way goes on
/// with the new one from its next slice.
package final class RuleBook: Sendable {
  private let rules: Mutex<RuleSet>

  package init(_ rules: RuleSet = .none) {
    self.rules = Mutex(rules)
  }

  package var current: RuleSet { rules.withLock { $0 } }

  package func replace(with rules: RuleSet) {
    self.rules.withLock { $0 = rules }
  }
}
