import SQLite

/// The SQL of client secrets and of assertions that were used.
extension Database {
  func loadClientSecrets() throws -> [ClientSecret] {
    try query("SELECT id, client_id, digest, created_ms FROM client_secret") { row in
      try ClientSecret(
        id: row.text(0), clientID: row.text(1), digest: row.bytes(2),
        created: Timestamp(milliseconds: row.int64(3)))
    }
  }

  func insert(_ secret: ClientSecret) throws {
    try execute(
      "INSERT INTO client_secret (id, client_id, digest, created_ms) VALUES (?, ?, ?, ?)",
      secret.id, secret.clientID, secret.digest, secret.created.milliseconds)
  }

  func deleteClientSecret(_ id: String) throws {
    try execute("DELETE FROM client_secret WHERE id = ?", id)
  }

  /// Answers whether the assertion was not used before.
  func insertUsedAssertion(_ digest: [UInt8], expires: Timestamp) throws -> Bool {
    try execute(
      "INSERT INTO used_assertion (digest, expires_ms) VALUES (?, ?) ON CONFLICT DO NOTHING",
      digest, expires.milliseconds)
    return changes() > 0
  }

  /// Forgets some of the assertions that would not be accepted any more: more than one use can add.
  func deleteUsedAssertions(before now: Timestamp) throws {
    try execute(
      """
      DELETE FROM used_assertion WHERE digest IN
        (SELECT digest FROM used_assertion WHERE expires_ms < ? LIMIT 10)
      """,
      now.milliseconds)
  }
}
