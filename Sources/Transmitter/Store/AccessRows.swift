import SQLite

/// The SQL of clients and tokens.
extension Database {
  func loadClients() throws -> [Client] {
    try query("SELECT id, description, audience, scopes, created_ms, jwks, jwks_uri FROM client") { row in
      try Client(
        id: row.text(0), description: row.optionalText(1), audience: row.optionalText(2),
        scopes: ScopeSet(parsing: row.text(3).split(separator: " ")),
        keys: ClientKeys(jwks: row.optionalText(5), jwksURI: row.optionalText(6)),
        created: Timestamp(milliseconds: row.int64(4)))
    }
  }

  func loadTokens() throws -> [AccessToken] {
    try query(
      "SELECT id, client_id, digest, scopes, created_ms, expires_ms, revoked_ms, last_used_ms FROM token"
    ) { row in
      try AccessToken(
        id: row.text(0), clientID: row.text(1), digest: row.bytes(2),
        scopes: ScopeSet(parsing: row.text(3).split(separator: " ")),
        created: Timestamp(milliseconds: row.int64(4)),
        expires: row.optionalInt64(5).map(Timestamp.init(milliseconds:)),
        revoked: row.optionalInt64(6).map(Timestamp.init(milliseconds:)),
        lastUsed: row.optionalInt64(7).map(Timestamp.init(milliseconds:)))
    }
  }

  /// Answers whether the client was inserted; false if its id is taken.
  func insert(_ client: Client) throws -> Bool {
    try execute(
      """
      INSERT INTO client (id, description, audience, scopes, created_ms, jwks, jwks_uri)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """,
      client.id, client.description, client.audience, client.scopes.description, client.created.milliseconds,
      client.keys?.jwks, client.keys?.jwksURI)
    return changes() > 0
  }

  func keep(keys: ClientKeys?, of clientID: String) throws {
    try execute(
      "UPDATE client SET jwks = ?, jwks_uri = ? WHERE id = ?", keys?.jwks, keys?.jwksURI, clientID)
  }

  func hasClient(_ id: String) throws -> Bool {
    try first("SELECT EXISTS (SELECT 1 FROM client WHERE id = ?)", id) { try $0.bool(0) } ?? false
  }

  /// Answers whether there was such a client. Its tokens go with it.
  func deleteClient(_ id: String) throws -> Bool {
    try execute("DELETE FROM client WHERE id = ?", id)
    return changes() > 0
  }

  func keep(use time: Timestamp, ofToken id: String) throws {
    try execute("UPDATE token SET last_used_ms = ? WHERE id = ?", time.milliseconds, id)
  }

  func deleteToken(_ id: String) throws {
    try execute("DELETE FROM token WHERE id = ?", id)
  }

  func keep(_ token: AccessToken) throws {
    try execute(
      """
      INSERT INTO token (id, client_id, digest, scopes, created_ms, expires_ms, revoked_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET revoked_ms = excluded.revoked_ms
      """,
      token.id, token.clientID, token.digest, token.scopes.description, token.created.milliseconds,
      token.expires?.milliseconds, token.revoked?.milliseconds)
  }
}
