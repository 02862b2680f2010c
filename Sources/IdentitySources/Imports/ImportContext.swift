import Transmitter

/// What every import works with.
struct ImportContext: Sendable {
  let store: Store
  let rules: RuleBook
  let intake: Intake
  let policy: IdentitySourcePolicy
  let environment: Environment
  let meter: ImportMeter
}
