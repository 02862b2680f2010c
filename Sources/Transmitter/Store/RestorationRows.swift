import SQLite

extension Database {
  /// Begins another life of the database.
  func insertRestoration(_ restoration: Restoration) throws {
    try execute(
      "INSERT INTO restoration (boot_id, restored_ms, file) VALUES (?, ?, ?)", restoration.bootID,
      restoration.time.milliseconds, restoration.file)
  }
}
