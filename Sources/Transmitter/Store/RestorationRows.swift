import SQLite

extension Database {
  /// Begins another life of the database; answers false if that one has begun already.
  func insertRestoration(_ restoration: Restoration) throws -> Bool {
    try execute(
      "INSERT INTO restoration (boot_id, restored_ms, file) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      restoration.bootID, restoration.time.milliseconds, restoration.file)
    return changes() > 0
  }
}
