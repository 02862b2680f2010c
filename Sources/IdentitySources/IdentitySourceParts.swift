package import Transmitter

/// The parts of identity sources, wired to each other.
package struct IdentitySourceParts: Sendable {
  package let policy: IdentitySourcePolicy
  package let sources: SourceRegistry
  package let sessions: SessionDesk
  package let identities: IdentityDesk
  package let imports: ImportEngine

  package init(
    policy: IdentitySourcePolicy, rules: RuleBook, store: Store, intake: Intake, environment: Environment
  ) {
    let (bell, meter) = (ImportBell(), ImportMeter())
    self.policy = policy
    sources = SourceRegistry(store: store, bell: bell, meter: meter, environment: environment)
    sessions = SessionDesk(policy: policy, store: store, bell: bell, meter: meter, environment: environment)
    identities = IdentityDesk(
      store: store, rules: rules, intake: intake, meter: meter, environment: environment)
    imports = ImportEngine(
      store: store, rules: rules, intake: intake, policy: policy, bell: bell, meter: meter,
      environment: environment)
  }
}
