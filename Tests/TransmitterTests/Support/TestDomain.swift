import HTTP
import HTTPClient
import OpenSSL
import SQLite
import SharedSignals
import Sockets
import TestSupport

@testable import Transmitter

/// The whole domain over a real file, wired as the daemon wires it, with time and randomness in the test's hand.
struct TestDomain: Sendable {
  /// What outlives a restart: the files, the clock, the random source and the configuration.
  struct World: Sendable {
    let directory: TemporaryDirectory
    let clock = TestClock()
    let random = SeededRandom()
    var policy = StreamPolicy.testing
    var windows = Dispatcher.Windows()
    var machine = DeliveryStateMachine()

    init() throws {
      directory = try TemporaryDirectory()
    }

    var environment: Environment { .testing(clock: clock, random: random) }
    var databasePath: String { directory.file("transmitter.sqlite") }
  }

  static let issuer = "https://transmitter.example.com"
  static let keyEncryptionKey = DatabaseTemplate.keyEncryptionKey

  let world: World
  let store: Store
  let sealer: Sealer
  let doorbell = Doorbell()
  let registry: StreamRegistry
  let access: AccessDirectory
  let intake: Intake
  let steadyClock: SteadyClock

  /// Starts on the world's files, new or left by an earlier start.
  init(_ world: World) async throws {
    let environment = world.environment
    self.world = world
    try await DatabaseTemplate.shared.write(to: world.databasePath)
    steadyClock = SteadyClock(environment)
    store = try Store(path: world.databasePath)
    sealer = try Sealer(keyEncryptionKey: Self.keyEncryptionKey)
    registry = try await StreamRegistry(
      store: store, sealer: sealer, policy: world.policy, doorbell: doorbell, environment: environment)
    access = try await AccessDirectory(store: store, environment: environment)
    intake = Intake(store: store, registry: registry, doorbell: doorbell, environment: environment)
  }

  init() async throws {
    try await self.init(World())
  }

  var clock: TestClock { world.clock }
  var environment: Environment { world.environment }

  /// Closes the store and starts again on its files.
  func reopened() async throws -> TestDomain {
    try await store.close()
    return try await TestDomain(world)
  }

  // MARK: - Delivery

  /// Made once: reading the system's authorities takes tens of milliseconds.
  private static let tls = Result { try TLSClientContext() }

  func makeDispatcher() async throws -> Dispatcher {
    let keys = try await KeyRing(store: store, sealer: sealer, environment: environment)
    let client = HTTPClient(
      policy: world.policy.destinations, tls: try Self.tls.get(), resolver: Resolver(concurrency: 1))
    return Dispatcher(
      store: store, registry: registry, doorbell: doorbell,
      attempt: PushAttempt(
        keys: keys, signing: SigningPool(width: 2), client: client, environment: environment),
      machine: world.machine, windows: world.windows, issuer: Self.issuer, clock: steadyClock,
      environment: environment)
  }

  func makeArchive() async throws -> DeliveryArchive {
    DeliveryArchive(
      store: store, registry: registry,
      keys: try await KeyRing(store: store, sealer: sealer, environment: environment),
      signing: SigningPool(width: 1), doorbell: doorbell, issuer: Self.issuer, environment: environment)
  }

  /// Has a dispatcher deliver while `body` runs, and waits until it has settled what it began.
  func delivering(_ body: (Dispatcher) async throws -> Void) async throws {
    let dispatcher = try await makeDispatcher()
    try await running({ try await dispatcher.run() }, until: dispatcher.stop) { try await body(dispatcher) }
  }

  func delivering(_ body: () async throws -> Void) async throws {
    try await delivering { (_: Dispatcher) in try await body() }
  }
}

extension StreamPolicy {
  /// Generous, with push to loopback over plain HTTP, and no verification that nobody asked for.
  static var testing: StreamPolicy {
    StreamPolicy(
      maximumStreams: 100, maximumStreamsPerClient: 50, minimumVerificationInterval: .seconds(60),
      verifiesNewStreams: false, inactivityTimeout: nil, supportedEvents: EventCatalog.deliverable,
      destinations: DestinationPolicy(allowed: [.loopback], allowsPlainHTTP: true))
  }
}

extension CIDR {
  static let loopback: CIDR = {
    guard let network = try? CIDR("127.0.0.0/8") else { preconditionFailure("not a network") }
    return network
  }()
}
