import HTTPClient
import JSON
import SQLite
import SharedSignals
import TestSupport
import Transmitter

@testable import IdentitySources

/// Identity sources over a real file, wired as the daemon wires them, with one stream that is polled and gets
/// everything.
struct TestSources: Sendable {
  /// What outlives a restart.
  struct World: Sendable {
    let directory: TemporaryDirectory
    let clock = TestClock()
    let random = SeededRandom()
    var policy = IdentitySourcePolicy()

    init() throws {
      directory = try TemporaryDirectory()
      policy.brake.people = 1000
    }
  }

  let world: World
  let store: Store
  let rules = RuleBook()
  private let parts: IdentitySourceParts
  var registry: SourceRegistry { parts.sources }
  var desk: SessionDesk { parts.sessions }
  var identities: IdentityDesk { parts.identities }
  var engine: ImportEngine { parts.imports }

  init(_ world: World) async throws {
    self.world = world
    let environment = Environment.testing(clock: world.clock, random: world.random)
    store = try Store(path: world.directory.file("transmitter.sqlite"), parts: [IdentitySchema.part])
    let doorbell = Doorbell()
    let streams = try await StreamRegistry(
      store: store, sealer: try Sealer(keyEncryptionKey: [UInt8](repeating: 7, count: 32)), policy: .testing,
      doorbell: doorbell, environment: environment)
    if streams.streams(of: .administrator).isEmpty {
      _ = try await streams.provision(
        ReceiverSettings(delivery: .poll(DeliveryMethodURI(.poll))), clientID: nil, audience: "receiver",
        form: TokenForm())
    }
    let intake = Intake(store: store, registry: streams, doorbell: doorbell, environment: environment)
    parts = IdentitySourceParts(
      policy: world.policy, rules: rules, store: store, intake: intake, environment: environment)
    rules.replace(with: try RuleSet(Self.testRules))
    try await registry.require(["hr"])
  }

  init(_ configure: (inout World) -> Void = { _ in }) async throws {
    var world = try World()
    configure(&world)
    try await self.init(world)
  }

  /// Starts again on the files that a killed process left: nothing was closed.
  func restarted() async throws -> TestSources {
    engine.stop()
    try await store.close()
    return try await TestSources(world)
  }

  /// Every deletion and every change of an attribute or a group is told.
  static let testRules: JSONValue = [
    [
      "name": "leaver", "when": "kind eq \"deleted\"", "emit": ["account-disabled"],
      "subject": ["format": "opaque", "id": "{externalId}"],
    ],
    [
      "name": "changed", "when": "kind eq \"updated\"", "emit": ["session-revoked"],
      "subject": ["format": "opaque", "id": "{externalId}"],
    ],
  ]
}

extension StreamPolicy {
  fileprivate static var testing: StreamPolicy {
    StreamPolicy(
      maximumStreams: 10, maximumStreamsPerClient: 10, minimumVerificationInterval: .seconds(60),
      verifiesNewStreams: false, inactivityTimeout: nil, supportedEvents: EventCatalog.deliverable,
      destinations: DestinationPolicy(allowed: [], allowsPlainHTTP: false))
  }
}

extension TestSources {
  /// Has the engine work while `body` runs.
  func working<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
    let running = Task { try await engine.run() }
    let value = try await body()
    engine.stop()
    try await running.value
    return value
  }

  /// Makes a session with these uploads, and starts it.
  func start(_ uploads: Upload..., isFull: Bool = false) async throws -> ImportSession {
    let session = try await desk.createImport(of: "hr", isFull: isFull)
    try await desk.add(uploads, to: session.id, of: nil)
    return try await desk.start(session.id, of: nil)
  }

  /// Waits until an import has ended or is held.
  func settled(_ session: ImportSession) async throws -> ImportSession {
    try await eventually("the import of \(session.id) has ended") {
      let current = try await desk.session(session.id, of: nil)
      return current.phase == .held || ![.triggered, .inProgress].contains(current.status)
    }
    return try await desk.session(session.id, of: nil)
  }

  /// Runs an import of these uploads to its end, with an engine that works already.
  func importing(_ uploads: Upload..., isFull: Bool = false) async throws -> ImportSession {
    let session = try await desk.createImport(of: "hr", isFull: isFull)
    try await desk.add(uploads, to: session.id, of: nil)
    return try await settled(desk.start(session.id, of: nil))
  }

  /// Type and subject of every event, in order, and how many rows are put aside.
  func events() async throws -> [String] {
    try await store.read { database in
      try database.query("SELECT type, subject, origin FROM event ORDER BY id") { row in
        let subject = try JSONValue(parsing: Array(row.text(1).utf8))["id"]?.stringValue ?? "?"
        return "\(try row.text(0).split(separator: "/").last ?? "") \(subject)"
      }
    }
  }

  /// What the snapshot holds: external id → profile.
  func snapshot() async throws -> [String: String] {
    let pairs = try await store.read { database in
      try database.query("SELECT external_id, profile FROM identity ORDER BY external_id") { row in
        (try row.text(0), String(decoding: try row.bytes(1), as: UTF8.self))
      }
    }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  func count(_ table: String) async throws -> Int {
    try await store.read { try $0.first("SELECT count(*) FROM \(table)") { try $0.int(0) } ?? 0 }
  }
}

extension Upload {
  /// Users with profiles, by external id, in this order.
  static func users(_ users: KeyValuePairs<String, JSONValue>, _ kind: Kind = .usersMerge) throws -> Upload {
    var upload = Upload(kind)
    for (externalID, profile) in users {
      upload.add(user: externalID, profile: try IdentityProfile(profile, at: .root))
    }
    return upload
  }

  static func deletions(_ externalIDs: String..., kind: Kind = .usersDelete) -> Upload {
    var upload = Upload(kind)
    for externalID in externalIDs { upload.add(deleted: externalID) }
    return upload
  }

  static func groups(_ names: KeyValuePairs<String, String>) throws -> Upload {
    var upload = Upload(.groupsUpsert)
    for (id, name) in names {
      upload.add(group: id, profile: try IdentityProfile(["displayName": .string(name)], at: .root))
    }
    return upload
  }

  static func members(_ members: [String], of group: String, _ kind: Kind = .membershipsUpsert) -> Upload {
    var upload = Upload(kind)
    for member in members { upload.add(member: member, of: group) }
    return upload
  }
}
