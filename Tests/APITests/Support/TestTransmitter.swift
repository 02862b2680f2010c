import API
import HTTP
import HTTPClient
import HTTPServer
import IdentitySources
import JSON
import OpenSSL
import SharedSignals
import Sockets
import TestSupport
import Transmitter

/// Both APIs over a real store in a directory of its own, with a clock that the test moves. Nothing is
/// delivered: no dispatcher runs.
///
/// Suites that use it are serialized: hundreds of stores at once would starve tests with deadlines elsewhere.
struct TestTransmitter: Sendable {
  let `public`: TestListener
  let admin: TestListener
  let clock: TestClock
  let access: AccessDirectory
  let keys: KeyRing
  let store: Store
  let identitySources: IdentitySourceParts
  /// With the scopes of the token that the first start makes.
  let adminToken: String

  /// What a test may have otherwise than the daemon's defaults.
  struct Options: Sendable {
    var issuer = "https://tr.example.com"
    var streamsPerClient = 2
    var streams = 3
    var verifiesNewStreams = false
    var allowsDevelopment = false
    var inactivityTimeout: Duration?
    var subjects = SubjectPolicy()
    var rateLimits = RateLimits.Policy(management: nil)
    var customTypes: [EventType] = []
    var keys = KeyPolicy()
    var readiness = ReadinessChecks([])
    var identitySources = IdentitySourcePolicy()
    var rules = RuleSet.none
  }

  private let directory: TemporaryDirectory

  init(_ configure: (inout Options) -> Void = { _ in }) async throws {
    var options = Options()
    configure(&options)
    directory = try TemporaryDirectory()
    let database = directory.file("transmitter.sqlite")
    try await DatabaseTemplate.shared.write(to: database)
    let clock = TestClock()
    let environment = Environment.testing(clock: clock)
    let store = try Store(path: database, parts: [IdentitySchema.part])
    let sealer = try Sealer(keyEncryptionKey: DatabaseTemplate.keyEncryptionKey)
    keys = try await KeyRing(
      store: store, sealer: sealer, policy: options.keys, environment: environment)
    let doorbell = Doorbell()
    let registry = try await StreamRegistry(
      store: store, sealer: sealer, policy: try options.policy, doorbell: doorbell, environment: environment)
    access = try await AccessDirectory(store: store, environment: environment)
    let authority = TokenAuthority(
      directory: access, own: OwnTokens(issuer: options.issuer, keys: keys), foreign: nil,
      environment: environment)
    let intake = Intake(store: store, registry: registry, doorbell: doorbell, environment: environment)
    let issuer = try HTTPURL(parsing: options.issuer)
    let signing = SigningPool(width: 1)
    let archive = DeliveryArchive(
      store: store, registry: registry, keys: keys, signing: signing, doorbell: doorbell,
      issuer: issuer.description, environment: environment)
    let polls = PollDesk(
      store: store, registry: registry, keys: keys, signing: signing, doorbell: doorbell,
      machine: DeliveryStateMachine(), limits: PollDesk.Limits(), clock: SteadyClock(environment),
      issuer: issuer.description, environment: environment)
    identitySources = IdentitySourceParts(
      policy: options.identitySources, rules: RuleBook(options.rules), store: store, intake: intake,
      environment: environment)
    let proofs = ProofDesk(environment: environment)
    let rateLimits = RateLimits(options.rateLimits)
    let publicAPI = try PublicAPI(
      issuer: issuer, registry: registry, access: access, authority: authority,
      tokens: try Self.authorizationServer(options.issuer, access, keys, proofs, environment), proofs: proofs,
      keys: keys,
      polls: polls, identitySources: identitySources,
      limits: ServerLimits(), rateLimits: rateLimits, environment: environment)
    let adminAPI = AdminAPI(
      issuer: issuer, registry: registry, access: access, authority: authority, keys: keys, intake: intake,
      archive: archive, audit: AuditLog(store: store),
      backups: BackupDesk(
        store: store, files: StateFiles(in: directory.path), parts: [IdentitySchema.part],
        environment: environment),
      identitySources: identitySources,
      metrics: MetricsSources(
        registry: registry, store: store,
        dispatcher: try Self.dispatcher(store, registry, keys, signing, doorbell, environment),
        signing: signing, imports: identitySources.imports, servers: ServerList(),
        build: BuildVersions(transmitter: "test", sqlite: "test", openssl: "test"), started: clock.now),
      readiness: options.readiness, limits: ServerLimits(), rateLimits: rateLimits, environment: environment)
    self.clock = clock
    self.store = store
    `public` = TestListener(handler: publicAPI.handler)
    admin = TestListener(handler: adminAPI.handler)
    adminToken = try await Self.token("admin", [.admin, .emit], nil, in: access)
  }

  /// For what is told of it: it never runs.
  private static func dispatcher(
    _ store: Store, _ registry: StreamRegistry, _ keys: KeyRing, _ signing: SigningPool, _ doorbell: Doorbell,
    _ environment: Environment
  ) throws -> Dispatcher {
    Dispatcher(
      store: store, registry: registry, doorbell: doorbell,
      attempt: PushAttempt(keys: keys, signing: signing, client: try http(), environment: environment),
      machine: DeliveryStateMachine(), windows: Dispatcher.Windows(), issuer: "",
      clock: SteadyClock(environment), environment: environment)
  }

  private static func authorizationServer(
    _ issuer: String, _ access: AccessDirectory, _ keys: KeyRing, _ proofs: ProofDesk,
    _ environment: Environment
  ) throws -> AuthorizationServer {
    AuthorizationServer(
      issuer: issuer, directory: access, keys: keys,
      mint: AccessTokenMint(
        issuer: issuer, lifetime: .seconds(3600), keys: keys, signing: SigningPool(width: 1),
        environment: environment),
      proofs: proofs, http: try http(), environment: environment)
  }

  /// Goes to loopback, over http too: for the keys of clients.
  private static func http() throws -> HTTPClient {
    HTTPClient(
      policy: DestinationPolicy(allowed: [try CIDR("127.0.0.0/8")], allowsPlainHTTP: true),
      tls: try tls.get(), resolver: Resolver(concurrency: 1))
  }

  /// Made once: reading the system's authorities takes tens of milliseconds.
  private static let tls = Result { try TLSClientContext() }

  /// Makes a token for a client, and the client first if there is none of that id.
  func token(
    _ client: String = "receiver", _ scopes: ScopeSet = [.read, .manage], lifetime: Duration? = nil,
    audience: String? = nil
  ) async throws -> String {
    try await Self.token(client, scopes, lifetime, audience: audience, in: access)
  }

  private static func token(
    _ client: String, _ scopes: ScopeSet, _ lifetime: Duration?, audience: String? = nil,
    in access: AccessDirectory
  ) async throws -> String {
    if !access.clients.contains(where: { $0.id == client }) {
      _ = try await access.createClient(
        id: client, description: nil, audience: audience, scopes: ScopeSet(Scope.allCases))
    }
    return try await access.createToken(for: client, scopes: scopes, lifetime: lifetime).text
  }
}

extension TestTransmitter.Options {
  fileprivate var policy: StreamPolicy {
    get throws {
      StreamPolicy(
        maximumStreams: streams, maximumStreamsPerClient: streamsPerClient,
        minimumVerificationInterval: .seconds(60), verifiesNewStreams: verifiesNewStreams,
        inactivityTimeout: inactivityTimeout, subjects: subjects,
        supportedEvents: EventCatalog.deliverable + customTypes,
        destinations: DestinationPolicy(
          allowed: allowsDevelopment ? [try CIDR("127.0.0.0/8")] : [], allowsPlainHTTP: allowsDevelopment))
    }
  }
}
