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

  /// Brings the rows from one state of the ring to another.
  func save(_ roster: KeyRoster, insteadOf former: KeyRoster, _ sealer: Sealer) throws {
    for key in former.keys where roster.key(key.id) == nil {
      try execute("DELETE FROM signing_key WHERE kid = ?", key.id)
    }
    let changed = roster.keys.filter { key in former.key(key.id).map { !$0.isWhere(key) } ?? false }
    // Of each use one row at a time may be active: what retires goes before what takes its place.
    for key in changed.filter({ $0.state == .retiring }) + changed.filter({ $0.state != .retiring }) {
      try move(key)
    }
    for key in roster.keys where former.key(key.id) == nil {
      try insert(key, sealed: key.sealed(by: sealer))
    }
  }

  private func move(_ key: SigningKey) throws {
    try execute(
      "UPDATE signing_key SET state = ?, since_ms = ?, until_ms = ? WHERE kid = ?",
      key.state.rawValue, key.since.milliseconds, key.until?.milliseconds, key.id)
  }

  func wasWithdrawn(_ id: String) throws -> Bool {
    try first("SELECT EXISTS (SELECT 1 FROM withdrawn_key WHERE kid = ?)", id) { try $0.bool(0) } ?? false
  }

  func noteWithdrawal(of id: String, at now: Timestamp) throws {
    try execute(
      "INSERT INTO withdrawn_key (kid, withdrawn_ms) VALUES (?, ?) ON CONFLICT DO NOTHING",
      id, now.milliseconds)
  }

  private func insert(_ key: SigningKey, sealed: [UInt8]) throws {
    try execute(
      """
      INSERT INTO signing_key (kid, purpose, algorithm, state, sealed, created_ms, since_ms, until_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      key.id, key.purpose.rawValue, key.algorithm.rawValue, key.state.rawValue, sealed,
      key.created.milliseconds, key.since.milliseconds, key.until?.milliseconds)
  }

  /// The key-encryption key that the secrets are sealed under, by its name; nil if there are none.
  func sealingKeyID() throws -> String? {
    try first("SELECT sealed FROM signing_key LIMIT 1") { try $0.bytes(0) }.flatMap(Sealer.keyID)
  }
}
