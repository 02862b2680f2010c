import SQLite
import TestSupport
import Testing

@testable import Transmitter

@Suite struct UpgradeTests {
  private let directory: TemporaryDirectory
  private var path: String { directory.file("store.sqlite") }

  init() throws {
    directory = try TemporaryDirectory()
  }

  /// A file as the release with this schema left it, with a backlog.
  private func writeFile(version: Int) throws {
    let database = try Database(path: path, configuration: Schema.configuration(with: []))
    try database.migrate(Array(Schema.migrations.prefix(version)))
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
    database.close()
  }

  @Test(
    "F27 a backlog of every earlier schema is there after the upgrade, as it was",
    arguments: 1..<Schema.migrations.count)
  func upgrade(version: Int) async throws {
    try writeFile(version: version)
    let store = try Store(path: path)
    #expect(try await store.read { try $0.schemaVersion } == Schema.migrations.count)
    #expect(store.ledger.totals(of: 1).accepted == 4)
    #expect(store.ledger.totals(of: 1).pending == 3)
    let pending = try await store.read { database in
      try (1...3).compactMap { try database.pendingDelivery($0, issuer: "i")?.tokenID }
    }
    #expect(pending == ["jti-1", "jti-2", "jti-3"])
    #expect(try await store.read { try $0.integrityCheck() } == [])
    try await store.close()
  }
}
