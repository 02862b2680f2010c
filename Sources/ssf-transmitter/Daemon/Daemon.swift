import API
import Glibc
import HTTP
import HTTPClient
import HTTPServer
import IdentitySources
import JSON
import Logging
import OpenSSL
import POSIX
import Sockets
import Transmitter

/// The whole of the running transmitter: made from the parts in one place, ended in the reverse order.
struct Daemon: Sendable {
  private let state: StateDirectory
  let store: Store
  let storeWatch: StoreWatch
  let dispatcher: Dispatcher
  let inactivity: InactivityWatch
  let auditRetention: AuditRetention
  let tokenUses: TokenUses
  let horizons: HorizonWatch
  let history: HistoryRetention
  let backups: BackupDesk
  let rules: RuleBook
  let keyRotation: KeyRotation
  let issuers: ForeignIssuers
  let imports: ImportEngine
  let publicServer: HTTPServer
  let adminServer: HTTPServer
  let environment: Environment
  let logger: Logger

  /// Runs until a signal ends it.
  ///
  /// - Throws: why it could not start, or why it cannot go on.
  static func run(_ configuration: Configuration, _ reload: Reload) async throws {
    let logger = Logger.daemon(configuration.log)
    try prepareProcess()
    let signals = Signals(SIGTERM, SIGINT, SIGHUP)
    let daemon = try await Daemon(configuration, logger: logger)
    try await daemon.serve(obeying: signals, reload)
  }

  /// What start-up checks before it opens anything; changes nothing. The listeners are not tried.
  ///
  /// - Throws: what would keep the daemon from starting; `LockFileError.held` only if nothing else would.
  static func check(_ configuration: Configuration) throws {
    _ = try TLSClientContext(additionalAuthorities: configuration.delivery.caFile)
    try StateDirectory.check(configuration.stateDirectory, parts: [IdentitySchema.part])
  }

  /// Secrets must not reach core dumps, and files made here are for their owner only.
  private static func prepareProcess() throws {
    umask(0o077)
    var noCore = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &noCore)
    ignoreSIGPIPE()
    _ = try raiseFileLimit()
  }
}

extension Daemon {
  /// Producers and administrators are few.
  private static let adminConnections = 512

  private static func budget(_ configuration: Configuration) -> DescriptorBudget {
    DescriptorBudget(
      limit: fileLimit(), cores: coreCount(), inFlight: configuration.delivery.windows.inAll,
      publicConnections: ServerLimits().connections, adminConnections: adminConnections)
  }

  private static func limits(connections: Int) -> ServerLimits {
    var limits = ServerLimits()
    limits.connections = connections
    return limits
  }

  private init(_ configuration: Configuration, logger: Logger) async throws {
    environment = Environment.live(logger: logger)
    try Self.check(configuration)
    state = try StateDirectory(path: configuration.stateDirectory)
    let listeners = try Listeners(configuration)
    let (publicSocket, adminSocket) = (listeners.publicSocket, listeners.adminSocket)
    let issuer = try configuration.issuer ?? HTTPURL(parsing: "http://\(publicSocket.boundAddress.dialable)")
    store = try Store(
      path: state.files.database, parts: [IdentitySchema.part],
      ballast: Ballast(path: state.files.ballast, bytes: configuration.ballastBytes))
    storeWatch = StoreWatch(store: store, environment: environment)

    if let copy = store.copyBeforeMigration {
      logger.notice("the database was brought up to date", metadata: ["former": "\(copy)"])
    }
    try await Restoration.conclude(in: state.files, store, environment: environment)

    let budget = Self.budget(configuration)
    if budget.inFlight < configuration.delivery.windows.inAll {
      logger.warning(
        "few open files are allowed: fewer SETs are under way at once",
        metadata: ["open_files": "\(fileLimit())", "in_flight": "\(budget.inFlight)"])
    }
    let domain = try await Domain(
      configuration, budget: budget, issuer: issuer, state: state, store: store, environment: environment)
    try await domain.makeFirstToken(in: state, logger: logger)
    dispatcher = domain.dispatcher
    inactivity = domain.inactivity
    auditRetention = AuditRetention(
      store: store, time: configuration.auditRetention, environment: environment)
    tokenUses = domain.access.uses
    horizons = domain.horizons
    history = domain.history
    backups = BackupDesk(
      store: store, files: state.files, parts: [IdentitySchema.part], environment: environment)
    rules = domain.rules
    keyRotation = domain.keyRotation
    issuers = domain.issuers
    imports = domain.identitySources.imports
    let limits = Self.limits(connections: budget.publicConnections)
    let adminLimits = Self.limits(connections: budget.adminConnections)
    let servers = ServerList()
    let rateLimits = RateLimits(configuration.rateLimits)
    let publicAPI = try PublicAPI(
      issuer: issuer, registry: domain.registry, access: domain.access, authority: domain.authority,
      tokens: domain.tokens, proofs: domain.proofs, keys: domain.keys, polls: domain.polls,
      identitySources: domain.identitySources, limits: limits, rateLimits: rateLimits,
      environment: environment)
    let adminAPI = AdminAPI(
      issuer: issuer, registry: domain.registry, access: domain.access,
      authority: domain.authority, keys: domain.keys, intake: domain.intake, archive: domain.archive,
      audit: domain.audit, backups: backups, identitySources: domain.identitySources,
      metrics: domain.metrics(of: servers, at: environment.now()),
      readiness: ReadinessChecks(listeners.checks + domain.checks), limits: adminLimits,
      rateLimits: rateLimits, environment: environment)
    publicServer = HTTPServer(
      label: "public", listener: publicSocket, limits: limits,
      allowedHosts: configuration.publicListener.hosts, proxies: configuration.trustedProxies,
      handler: publicAPI.handler, logger: logger)
    adminServer = HTTPServer(
      label: "admin", listener: adminSocket, limits: adminLimits,
      allowedHosts: configuration.adminListener.hosts,
      handler: adminAPI.handler, logger: logger)
    servers.add(publicServer, as: "public")
    servers.add(adminServer, as: "admin")
    self.logger = logger
    try announce(issuer, publicSocket.boundAddress, adminSocket.boundAddress, configuration)
  }

  /// Tells whoever waits for the daemon where it listens.
  private func announce(
    _ issuer: HTTPURL, _ publicAddress: SocketAddress, _ adminAddress: SocketAddress,
    _ configuration: Configuration
  ) throws {
    let listen: JSONValue = [
      "public": .string("http://\(publicAddress.dialable)"),
      "admin": .string("http://\(adminAddress.dialable)"),
      "issuer": .string(issuer.description),
    ]
    try PrivateFile.replace(state.files.listen, listen.serialized(.pretty) + [UInt8(ascii: "\n")])
    let addresses: Logger.Metadata = [
      "issuer": "\(issuer)", "public": "\(publicAddress)", "admin": "\(adminAddress)",
    ]
    logger.notice("ready", metadata: addresses.merging(BuildVersions.running.metadata) { $1 })
    if configuration.development {
      Terminal.say(Welcome(issuer: issuer, admin: adminAddress.dialable, files: state.files).text)
    }
  }
}
