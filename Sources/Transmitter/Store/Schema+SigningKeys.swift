extension Schema {
  // `purpose` keeps the keys of access tokens out of the set that SETs are verified with, and the other way round.
  // `since_ms` is when the key came into its state, `until_ms` when it leaves it by itself, NULL for never.
  static let signingKeyLives = """
    ALTER TABLE signing_key ADD COLUMN
      purpose TEXT NOT NULL DEFAULT 'set' CHECK (purpose IN ('set', 'token'));
    ALTER TABLE signing_key ADD COLUMN since_ms INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE signing_key ADD COLUMN until_ms INTEGER;
    UPDATE signing_key SET since_ms = created_ms;
    CREATE UNIQUE INDEX signing_key_active ON signing_key (purpose, algorithm) WHERE state = 'active';
    """

  // Keys that must never be taken in again: somebody else may have them.
  static let withdrawnKeys = """
    CREATE TABLE withdrawn_key (
      kid TEXT PRIMARY KEY,
      withdrawn_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """
}
