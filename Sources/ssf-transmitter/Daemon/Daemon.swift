import API
import Glibc
import HTTP
import HTTPClient
import HTTPServer
import JSON
import Logging
import OpenSSL
import Sockets
import Transmitter

/// The whole of the running transmitter: made from the parts in one place, ended in the reverse order.
struct Daemon: Sendable {
  private let state: StateDirectory
  private let store: Store
  private let dispatcher: Dispatcher
  private let inactivity: InactivityWatch
  private let publicServer: HTTPServer
  private let adminServer: HTTPServer
  private let logger: Logger

  /// Runs until a signal ends it.
  ///
  /// - Throws: why it could not start, or why it cannot go on.
  static func run(_ configuration: Configuration) async throws {
    let logger = Logger.daemon(configuration.log)
    try prepareProcess()
    let signals = Signals()
    let daemon = try await Daemon(configuration, logger: logger)
    try await daemon.serve(until: signals)
  }

  /// What start-up checks before it opens anything.
  static func check(_ configuration: Configuration) throws {
    try StateDirectory.check(configuration.stateDirectory)
    _ = try TLSClientContext(additionalAuthorities: configuration.delivery.caFile)
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
  /// Both listeners draw on one supply of descriptors; producers and administrators are few.
  private static var adminLimits: ServerLimits {
    var limits = ServerLimits()
    limits.connections = 512
    return limits
  }

  private init(_ configuration: Configuration, logger: Logger) async throws {
    let environment = Environment.live(logger: logger)
    try Self.check(configuration)
    state = try StateDirectory(path: configuration.stateDirectory)
    let publicSocket = try ListeningSocket(on: configuration.publicListener.address)
    let adminSocket = try ListeningSocket(on: configuration.adminListener.address)
    let issuer = try configuration.issuer ?? HTTPURL(parsing: "http://\(publicSocket.boundAddress.dialable)")
    store = try Store(path: state.database)

    let domain = try await Domain(
      configuration, issuer: issuer, state: state, store: store, environment: environment)
    try await domain.makeFirstToken(in: state, logger: logger)
    dispatcher = domain.dispatcher
    inactivity = domain.inactivity
    let limits = ServerLimits()
    let publicAPI = try PublicAPI(
      issuer: issuer, registry: domain.registry, access: domain.access, keys: domain.keys,
      polls: domain.polls, limits: limits, environment: environment)
    let adminAPI = AdminAPI(
      issuer: issuer, registry: domain.registry, access: domain.access, keys: domain.keys,
      intake: domain.intake,
      readiness: domain.readiness, limits: Self.adminLimits, environment: environment)
    publicServer = HTTPServer(
      label: "public", listener: publicSocket, limits: limits,
      allowedHosts: configuration.publicListener.hosts, handler: publicAPI.handler, logger: logger)
    adminServer = HTTPServer(
      label: "admin", listener: adminSocket, limits: Self.adminLimits,
      allowedHosts: configuration.adminListener.hosts,
      handler: adminAPI.handler, logger: logger)
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
    try PrivateFile.replace(state.listen, listen.serialized(.pretty) + [UInt8(ascii: "\n")])
    logger.notice(
      "ready", metadata: ["issuer": "\(issuer)", "public": "\(publicAddress)", "admin": "\(adminAddress)"])
    if configuration.development {
      Terminal.say(Welcome(issuer: issuer, admin: adminAddress.dialable, state: state).text)
    }
  }

  private func serve(until signals: Signals) async throws {
    // Not in the group, which is cancelled when a part fails: signals are heard to the end.
    Task.detached { await stop(after: signals) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for server in [publicServer, adminServer] {
        group.addTask {
          await server.run()
          // A listener that failed does not go on without the rest.
          beginStop()
        }
      }
      group.addTask { try await dispatcher.run() }
      group.addTask { try await inactivity.run() }
      // A part that cannot go on ends the others too.
      do {
        while try await group.next() != nil {}
      } catch {
        beginStop()
        throw error
      }
    }
    try await store.close()
    logger.notice("stopped")
  }

  /// The first signal ends the daemon in order, the second at once. Attempts that outlive the time for it are
  /// given up: what they carry is still queued, and is sent again by the next start.
  private func stop(after signals: Signals) async {
    await signals.next()
    logger.notice("stopping")
    beginStop()
    Task.detached {
      await signals.next()
      _exit(130)
    }
    Task.detached { [logger] in
      try await Task.sleep(for: ServerLimits().drainTime)
      logger.warning("stopped with attempts under way")
      _exit(0)
    }
  }

  private func beginStop() {
    publicServer.drain()
    adminServer.drain()
    dispatcher.stop()
    inactivity.stop()
  }
}
