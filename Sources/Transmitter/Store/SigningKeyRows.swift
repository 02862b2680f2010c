import JOSE
import OpenSSL
import SQLite

/// The SQL of signing keys. Private keys are sealed before they come here.
extension Database {
  func loadSigningKeys(_ sealer: Sealer) throws -> [SigningKey] {
    try query(
      "SELECT kid, purpose, state, sealed, created_ms, since_ms, until_ms FROM signing_key ORDER BY created_ms"
    ) { row in
      let id = try row.text(0)
      let purpose: SigningKey.Purpose = try row.value(1)
      let pem = try sealer.open(row.bytes(3), context: SigningKey.sealingContext(id, purpose))
      return try SigningKey(
        PrivateKey(pem: pem), for: purpose, created: Timestamp(milliseconds: row.int64(4)),
        state: row.value(2),
        since: Timestamp(milliseconds: row.int64(5)),
        until: row.optionalInt64(6).map(Timestamp.init(milliseconds:)))
    }
  }

  func insert(_ key: SigningKey, sealed: [UInt8]) throws {
    try execute(
      """
      INSERT INTO signing_key (kid, purpose, algorithm, state, sealed, created_ms, since_ms, until_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      key.id, key.purpose.rawValue, key.algorithm.rawValue, key.state.rawValue, sealed,
      key.created.milliseconds, key.since.milliseconds, key.until?.milliseconds)
  }
}
