extension Schema {
  // The lives that a database has had since backups were restored, each with its id: what was numbered in one was
  // perhaps numbered otherwise in the one before.
  static let restorations = """
    CREATE TABLE restoration (
      boot_id TEXT PRIMARY KEY,
      restored_ms INTEGER NOT NULL,
      file TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    """
}
