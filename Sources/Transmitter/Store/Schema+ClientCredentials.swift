/// With what clients get access tokens from our own token endpoint.
extension Schema {
  // `jwks` is what is public of the keys, as JSON; a client has that or `jwks_uri`, or neither. An assertion that
  // was used is remembered until it would no longer be accepted.
  static let clientCredentials = """
    ALTER TABLE client ADD COLUMN jwks TEXT;
    ALTER TABLE client ADD COLUMN jwks_uri TEXT;

    CREATE TABLE client_secret (
      id TEXT PRIMARY KEY,
      client_id TEXT NOT NULL REFERENCES client (id) ON DELETE CASCADE,
      digest BLOB NOT NULL CHECK (length(digest) = 32),
      created_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX secret_of_client ON client_secret (client_id);

    CREATE TABLE used_assertion (
      digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
      expires_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX used_assertion_end ON used_assertion (expires_ms);
    """
}
