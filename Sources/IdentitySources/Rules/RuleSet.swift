/// The lifecycle rules in force, in the order in which they were written.
package struct RuleSet: Sendable {
  let rules: [Rule]
  private let table: AttributeTable

  /// Sends nothing.
  package static let none = RuleSet(rules: [], table: AttributeTable())

  init(rules: [Rule], table: AttributeTable) {
    self.rules = rules
    self.table = table
  }

  package var names: [String] { rules.map(\.name) }

  /// What is to be told of a change. Pure: the same change always gives the same events.
  package func evaluate(_ change: IdentityChange) -> RuleOutcome {
    let values = table.values(of: change)
    var outcome = RuleOutcome()
    for rule in rules where rule.applies(to: change, values) {
      do {
        outcome.add(try rule.events(for: change))
      } catch {
        outcome.faults.append(error)
      }
    }
    return outcome
  }
}
