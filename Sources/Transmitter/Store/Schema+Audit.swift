extension Schema {
  // An entry is its line of canonical JSON, `hash` the SHA-256 of that line, which names the one before. What it is
  // looked up by stands beside it once more (JSON functions may not stand in a schema that is not trusted).
  // `audit_chain` is one row: what the oldest entry follows, and the newest entry.
  static let audit = """
    CREATE TABLE audit (
      seq INTEGER PRIMARY KEY,
      entry TEXT NOT NULL,
      hash BLOB NOT NULL CHECK (length(hash) = 32),
      time TEXT NOT NULL,
      actor TEXT NOT NULL,
      target TEXT NOT NULL
    ) STRICT;
    CREATE INDEX audit_time ON audit (time);
    CREATE INDEX audit_actor ON audit (actor, time);
    CREATE INDEX audit_target ON audit (target, time);

    CREATE TABLE audit_chain (
      only INTEGER PRIMARY KEY CHECK (only = 1),
      begin_seq INTEGER NOT NULL,
      begin_hash BLOB NOT NULL CHECK (length(begin_hash) = 32),
      head_seq INTEGER NOT NULL,
      head_hash BLOB NOT NULL CHECK (length(head_hash) = 32)
    ) STRICT;
    INSERT INTO audit_chain (only, begin_seq, begin_hash, head_seq, head_hash)
    VALUES (1, 0, zeroblob(32), 0, zeroblob(32));
    """
}
