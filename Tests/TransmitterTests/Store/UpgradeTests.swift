import Glibc
import SQLite
import TestSupport
import Testing

@testable import Transmitter

/// F27: a database of an older release is copied, and then brought up to date.
@Suite struct UpgradeTests {
  private let directory: TemporaryDirectory
  private var path: String { directory.file("transmitter.sqlite") }

  init() throws {
    directory = try TemporaryDirectory()
  }

  /// A database as a release with this schema left it: three deliveries wait, and one is delivered.
  private func makeDatabase(schema: Int) throws {
    let database = try Database(path: path, configuration: Schema.configuration(with: []))
    defer { database.close() }
    try database.migrate(Array(Schema.migrations.prefix(schema)))
    try database.executeScript(
      """
      INSERT INTO stream (number, id, provisioned, profile, signing_alg, default_subjects, audience, status,
        method, endpoint_url, created_ms, updated_ms)
        VALUES (1, 'one', 0, 'ssf-1.0', 'RS256', 'ALL', 'a', 'enabled', 'urn:ietf:rfc:8935', 'https://a.example', 5, 5);
      INSERT INTO stream_totals (stream, accepted, delivered) VALUES (1, 4, 1);
      INSERT INTO event (id, type, subject, members, txn, accepted_ms)
        VALUES (1, 'https://a.example/type', '{"format":"opaque","id":"x"}', '{}', 'txn', 5);
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3)
      INSERT INTO delivery (stream, event_id, jti, iat, audience, profile, order_key, place, due_ms)
        SELECT 1, 1, 'jti-' || i, 5, 'a', 'ssf-1.0', CAST('key-' || i AS BLOB), 1, 5 FROM n;
      INSERT INTO delivery (stream, event_id, jti, iat, audience, profile, order_key, state, place, due_ms, settled_ms)
        VALUES (1, 1, 'jti-4', 5, 'a', 'ssf-1.0', x'04', 1, 1, 5, 6);
      """)
  }

  @Test(
    "F27 from every schema: what waits still waits and can be delivered, and the copy is of the schema before",
    arguments: 1..<Schema.migrations.count)
  func everySchema(number: Int) async throws {
    try makeDatabase(schema: number)
    let store = try Store(path: path)
    let copy = path + ".schema-\(number)"
    #expect(store.copyBeforeMigration == copy)
    #expect(try await store.read { try $0.schemaVersion } == Schema.migrations.count)
    let waiting = try await store.read { database in
      try (1...3).map { try database.pendingDelivery($0, issuer: "i")?.tokenID }
    }
    #expect(waiting == ["jti-1", "jti-2", "jti-3"])
    let totals = store.ledger.totals(of: 1)
    #expect((totals.accepted, totals.delivered, totals.unaccounted) == (4, 1, 0))
    #expect(try await store.read { try $0.integrityCheck() } == [])
    try await store.close()

    let found = try Database.inspect(copyAt: copy, named: copy, configuration: Schema.configuration(with: []))
    {
      (try $0.schemaVersion, try $0.query("SELECT jti FROM delivery ORDER BY seq") { try $0.text(0) })
    }
    #expect(found == (number, ["jti-1", "jti-2", "jti-3", "jti-4"]))
    #expect(throws: Never.self) { try PrivateFile.read(copy) }
  }

  @Test("a new database and one that is up to date are not copied")
  func nothingToDo() async throws {
    for _ in 0..<2 {
      let store = try Store(path: path)
      #expect(store.copyBeforeMigration == nil)
      try await store.close()
    }
    #expect(try directory.files(holding: "") == ["transmitter.sqlite"])
  }

  @Test("the versions of parts stand in the copy's name")
  func parts() async throws {
    let first = Migration(number: 1, name: "one", sql: "CREATE TABLE p (a INTEGER)")
    let second = Migration(number: 2, name: "two", sql: "CREATE TABLE q (a INTEGER)")
    try await Store(path: path, parts: [SchemaPart(name: "part", migrations: [first])]).close()
    let store = try Store(path: path, parts: [SchemaPart(name: "part", migrations: [first, second])])
    #expect(store.copyBeforeMigration == path + ".schema-\(Schema.migrations.count)-part-1")
    try await store.close()
  }

  @Test("a database that cannot be copied is left as it is")
  func cannotCopy() async throws {
    try makeDatabase(schema: 7)
    // No file takes the place of a directory.
    mkdir(path + ".schema-7", 0o700)
    let error = #expect(throws: StoreError.self) { try Store(path: path) }
    #expect(try #require(error).description.contains("schema-7"))
    let version = try Database.inspect(
      copyAt: path, named: path, configuration: Schema.configuration(with: [])
    ) { try $0.schemaVersion }
    #expect(version == 7)
  }
}
