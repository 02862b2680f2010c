import JSON
import Synchronization
package import Transmitter

/// Holds the rules in force for everybody who applies them. A reload swaps the whole set; an import under way goes on
/// with the new one from its next slice.
package final class RuleBook: Sendable {
  private let rules: Mutex<RuleSet>

  package init(_ rules: RuleSet = .none) {
    self.rules = Mutex(rules)
  }

  package var current: RuleSet { rules.withLock { $0 } }

  /// Puts other rules in force, together with the entry of the audit log that tells of it.
  package func replace(with rules: RuleSet, in store: Store, environment: Environment) async throws {
    try await store.transaction { [self] transaction in
      try transaction.record(
        "rules.replace", AuditTarget("configuration", "rules"), before: ["rules": current.json],
        after: ["rules": rules.json], at: environment.now())
      transaction.afterCommit { [self] in replace(with: rules) }
    }
  }

  func replace(with rules: RuleSet) {
    self.rules.withLock { $0 = rules }
  }
}
