import JSON

/// The lifecycle rules in force, in the order in which they were written.
package struct RuleSet: Sendable {
  let rules: [Rule]
  private let table: AttributeTable
  /// As they were written.
  let json: JSONValue

  /// Sends nothing.
  package static let none = RuleSet(rules: [], table: AttributeTable(), json: [])

  init(rules: [Rule], table: AttributeTable, json: JSONValue) {
    self.rules = rules
    self.table = table
    self.json = json
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
