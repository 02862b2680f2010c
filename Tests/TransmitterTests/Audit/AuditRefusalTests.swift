import JOSE
import OpenSSL
import SQLite
import SharedSignals
import Testing

@testable import Transmitter

/// A change that the audit log tells of, made in a domain with one stream and one client.
struct AuditedChange: Sendable, CustomTestStringConvertible {
  /// What the change may need: it was there before the log broke.
  struct Scene: Sendable {
    let domain: TestDomain
    let keys: KeyRing
    let stream: Stream
    let token: AccessToken
    let secret: ClientSecret

    var id: String { TestDomain.receiver.clientID }
  }

  let testDescription: String
  let make: @Sendable (Scene) async throws -> Void

  init(_ description: String, make: @escaping @Sendable (Scene) async throws -> Void) {
    testDescription = description
    self.make = make
  }

  static let all = [
    AuditedChange("a new stream") { _ = try await $0.domain.makeStream() },
    AuditedChange("a change of a stream") { try await $0.domain.setStatus(.disabled, of: $0.stream) },
    AuditedChange("a verification") {
      try await $0.domain.registry.requestVerification(of: $0.stream.id, of: TestDomain.owner, state: nil)
    },
    AuditedChange("a subject that is removed") { try await $0.domain.remove(.mail("jane"), from: $0.stream) },
    AuditedChange("the end of a stream") {
      try await $0.domain.registry.delete($0.stream.id, of: TestDomain.owner)
    },
    AuditedChange("a new client") { try await $0.domain.makeClients(1) },
    AuditedChange("the end of a client") { try await $0.domain.access.deleteClient($0.id) },
    AuditedChange("a client's keys") {
      let keys = try ClientKeys(
        publishedAt: "https://receiver.example.com/jwks", by: $0.domain.registry.policy)
      _ = try await $0.domain.access.changeKeys(of: $0.id, to: keys)
    },
    AuditedChange("a new token") {
      _ = try await $0.domain.access.createToken(for: $0.id, scopes: nil, lifetime: nil)
    },
    AuditedChange("the end of a token") { try await $0.domain.access.revokeToken($0.token.id, of: $0.id) },
    AuditedChange("a new secret") { _ = try await $0.domain.access.createSecret(for: $0.id) },
    AuditedChange("the end of a secret") {
      try await $0.domain.access.deleteSecret($0.secret.id, of: $0.id)
    },
    AuditedChange("a rotation of keys") {
      _ = try await $0.keys.rotate(SigningKey.Use(purpose: .set, algorithm: .rs256))
    },
    AuditedChange("a key from elsewhere") {
      _ = try await $0.keys.add(try .generate(.p256), for: .set, atOnce: true)
    },
    AuditedChange("a key that is withdrawn") { scene in
      try await scene.keys.withdraw(try #require(scene.keys.all.first).id)
    },
  ]
}

/// What cannot be written down does not happen.
@Suite struct AuditRefusalTests {
  private func scene() async throws -> AuditedChange.Scene {
    let domain = try await TestDomain()
    try await domain.makeClient()
    let stream = try await domain.makeStream()
    let id = TestDomain.receiver.clientID
    return AuditedChange.Scene(
      domain: domain,
      keys: try await KeyRing(store: domain.store, sealer: domain.sealer, environment: domain.environment),
      stream: stream,
      token: try await domain.access.createToken(for: id, scopes: nil, lifetime: nil).token,
      secret: try await domain.access.createSecret(for: id).secret)
  }

  /// Every row of every table, as text.
  private func contents(_ domain: TestDomain) async throws -> [String] {
    try await domain.store.read { database in
      let tables = try database.query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name") {
        try $0.text(0)
      }
      return try tables.flatMap { table in
        let columns = try database.query("SELECT name FROM pragma_table_info('\(table)')") { try $0.text(0) }
        let row = columns.map { "quote(\"\($0)\")" }.joined(separator: " || ',' || ")
        return try database.query("SELECT '\(table): ' || \(row) FROM \"\(table)\"") { try $0.text(0) }
      }
    }
  }

  @Test("a change that cannot be written down is refused, and leaves nothing", arguments: AuditedChange.all)
  func refusal(_ change: AuditedChange) async throws {
    let scene = try await scene()
    let keys = scene.keys.all.map { "\($0.id) \($0.state)" }
    try await scene.domain.tamper(
      "CREATE TEMP TRIGGER broken BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'broken'); END")
    let before = try await contents(scene.domain)
    await #expect(throws: AuditError.self) { try await change.make(scene) }
    #expect(try await contents(scene.domain) == before)
    #expect(scene.keys.all.map { "\($0.id) \($0.state)" } == keys)
    #expect(try scene.domain.registry.stream(scene.stream.id, of: .administrator) == scene.stream)
    #expect(scene.domain.access.tokens(of: scene.id) == [scene.token])
    #expect(scene.domain.access.secrets(of: scene.id) == [scene.secret])

    try await scene.domain.tamper("DROP TRIGGER broken")
    try await change.make(scene)
    #expect(try await scene.domain.verifyAudit().isValid)
  }
}
