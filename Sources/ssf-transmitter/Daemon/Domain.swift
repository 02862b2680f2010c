import API
import HTTP
import HTTPClient
import IdentitySources
import Logging
import OpenSSL
import POSIX
import Sockets
import Transmitter

/// The domain's parts, wired to each other.
struct Domain: Sendable {
  let registry: StreamRegistry
  let access: AccessDirectory
  let authority: TokenAuthority
  let tokens: AuthorizationServer
  let proofs: ProofDesk
  let issuers: ForeignIssuers
  let keys: KeyRing
  let keyRotation: KeyRotation
  let intake: Intake
  let dispatcher: Dispatcher
  let polls: PollDesk
  let inactivity: InactivityWatch
  let horizons: HorizonWatch
  let history: HistoryRetention
  private let environment: Environment
  let archive: DeliveryArchive
  private let signing: SigningPool
  let rules: RuleBook
  let identitySources: IdentitySourceParts
  let audit: AuditLog
  private let store: Store

  init(
    _ configuration: Configuration, budget: DescriptorBudget, issuer: HTTPURL, state: StateDirectory,
    store: Store,
    environment: Environment
  ) async throws {
    let secret = try KeyEncryptionKey.load(
      from: state.files.keyEncryptionKey, mayCreate: try await !store.holdsSecrets, environment: environment)
    let sealer = try Sealer(keyEncryptionKey: secret)
    let doorbell = Doorbell()
    self.store = store
    self.environment = environment
    rules = RuleBook(configuration.rules)
    keys = try await KeyRing(
      store: store, sealer: sealer, policy: configuration.keys, environment: environment)
    keyRotation = KeyRotation(ring: keys, environment: environment)
    proofs = ProofDesk(environment: environment)
    access = try await AccessDirectory(store: store, environment: environment)
    let issuerClient = try Self.issuerClient(configuration)
    issuers = ForeignIssuers(
      configuration.issuers.map { $0.expecting(audience: issuer.description) },
      http: issuerClient, environment: environment)
    authority = TokenAuthority(
      directory: access, own: OwnTokens(issuer: issuer.description, keys: keys), foreign: issuers,
      environment: environment)
    registry = try await StreamRegistry(
      store: store, sealer: sealer, policy: configuration.streams, doorbell: doorbell,
      environment: environment)
    intake = Intake(
      store: store, registry: registry, doorbell: doorbell, policy: configuration.events,
      environment: environment)
    identitySources = IdentitySourceParts(
      policy: configuration.identitySources.policy, rules: rules, store: store, intake: intake,
      environment: environment)
    try await identitySources.sources.require(configuration.identitySources.required)
    audit = AuditLog(store: store)
    inactivity = InactivityWatch(registry: registry, environment: environment)
    let clock = SteadyClock(environment)
    history = HistoryRetention(
      store: store, terms: configuration.delivery.history, clock: clock, environment: environment)
    horizons = HorizonWatch(
      store: store, registry: registry, doorbell: doorbell, machine: configuration.delivery.machine,
      clock: clock, environment: environment)
    signing = SigningPool(width: coreCount())
    tokens = AuthorizationServer(
      issuer: issuer.description, directory: access, keys: keys,
      mint: AccessTokenMint(
        issuer: issuer.description, lifetime: configuration.tokenLifetime, keys: keys, signing: signing,
        environment: environment),
      proofs: proofs, http: issuerClient, environment: environment)
    polls = PollDesk(
      store: store, registry: registry, keys: keys, signing: signing, doorbell: doorbell,
      machine: configuration.delivery.machine, limits: configuration.polls, clock: clock,
      issuer: issuer.description, environment: environment)
    archive = DeliveryArchive(
      store: store, registry: registry, keys: keys, signing: signing, doorbell: doorbell,
      issuer: issuer.description, environment: environment)
    var windows = configuration.delivery.windows
    windows.inAll = budget.inFlight
    dispatcher = Dispatcher(
      store: store, registry: registry, doorbell: doorbell,
      attempt: PushAttempt(
        keys: keys, signing: signing,
        client: try Self.client(configuration, budget), environment: environment),
      machine: configuration.delivery.machine, windows: windows,
      issuer: issuer.description, clock: clock, environment: environment)
  }

  private static func client(
    _ configuration: Configuration, _ budget: DescriptorBudget
  ) throws -> HTTPClient {
    var limits = ClientLimits()
    limits.total = configuration.delivery.attemptTimeout
    // Streams may share an origin: a connection for each SET under way stays open for the next.
    limits.idlePerOrigin = budget.idle
    limits.idleInAll = budget.idle
    return HTTPClient(
      policy: configuration.streams.destinations,
      tls: try TLSClientContext(additionalAuthorities: configuration.delivery.caFile),
      resolver: Resolver(), limits: limits, proxy: configuration.delivery.proxy)
  }

  /// Goes only where the configuration says, and takes documents of bounded size.
  private static func issuerClient(_ configuration: Configuration) throws -> HTTPClient {
    var limits = ClientLimits()
    limits.total = .seconds(10)
    limits.body = ForeignIssuers.longestDocument
    return HTTPClient(
      policy: configuration.streams.destinations,
      tls: try TLSClientContext(additionalAuthorities: configuration.delivery.caFile),
      resolver: Resolver(), limits: limits)
  }

  /// A start that finds nobody who can administer makes a token for it, which only the owner of the files can read:
  /// the first start does, and one after the last such token has expired. Where it is goes into the log.
  func makeFirstToken(in state: StateDirectory, logger: Logger) async throws {
    guard !access.hasAdministrator else { return }
    try await access.createAdministrator(handOver: state.keepAdminToken)
    logger.notice("made a token for the administrator", metadata: ["file": "\(state.files.adminToken)"])
  }

  /// What `/metrics` tells of.
  func metrics(of servers: ServerList, at start: Timestamp) -> MetricsSources {
    MetricsSources(
      registry: registry, store: store, dispatcher: dispatcher, signing: signing,
      imports: identitySources.imports, servers: servers, build: .running, started: start)
  }

  /// What `/readyz` looks at: nothing that would touch the disk.
  var checks: [ReadinessChecks.Check] {
    [
      ReadinessChecks.Check("store") { [store] in store.problem },
      ReadinessChecks.Check("clock") { [environment] in environment.clockProblem?.description },
      ReadinessChecks.Check("signing_key") { [keys] in keys.problem },
      ReadinessChecks.Check("delivery") { [dispatcher] in dispatcher.problem },
    ]
      + issuers.health.map { health in
        ReadinessChecks.Check("issuer_\(health.name)", problem: health.problem, warning: health.warning)
      }
  }
}
