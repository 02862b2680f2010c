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
    let bell = ImportBell()
    self.policy = policy
    sources = SourceRegistry(store: store, bell: bell, environment: environment)
    sessions = SessionDesk(policy: policy, store: store, bell: bell, environment: environment)
    identities = IdentityDesk(store: store, rules: rules, intake: intake, environment: environment)
    imports = ImportEngine(
      store: store, rules: rules, intake: intake, policy: policy, bell: bell, environment: environment)
  }
}
