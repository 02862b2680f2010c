import JSON
import Transmitter

/// Tells of changes by the rules: all events of one identity share a `txn`, and each knows where it comes from.
struct ChangeAnnouncement {
  let rules: RuleSet
  let intake: Intake
  let environment: Environment
  /// The session's id, for a change that an import has brought.
  let session: String?
  private(set) var aftermath = Aftermath()

  /// What is left to be done after the commit.
  struct Aftermath: Sendable {
    /// The streams that have something new, to be rung for.
    var streams: Set<Int64> = []
    /// What was told, to be counted.
    var tally = ChangeTally()
  }

  init(rules: RuleSet, intake: Intake, environment: Environment, session: String?) {
    self.rules = rules
    self.intake = intake
    self.environment = environment
    self.session = session
  }

  /// Posts what the rules have to say of a change, as a part of the transaction that makes it.
  mutating func post(_ change: IdentityChange, in transaction: Transaction) throws -> RuleOutcome {
    let outcome = rules.evaluate(change)
    aftermath.tally.add(change, outcome)
    let transactionID = outcome.emissions.isEmpty ? "" : environment.newOrderedIdentifier()
    for emission in outcome.emissions {
      let submission = emission.submission
      let event = Event(
        type: submission.type, subject: submission.subject, members: submission.members,
        transactionID: transactionID, origin: origin(of: change, rule: emission.rule))
      _ = try intake.post(event, in: transaction, for: &aftermath.streams)
    }
    return outcome
  }

  private func origin(of change: IdentityChange, rule: String) -> JSONObject {
    var origin: JSONObject = [
      "rule": .string(rule), "source": .string(change.source), "identity": .string(change.externalID),
    ]
    origin["import"] = session.map(JSONValue.string)
    return origin
  }
}
