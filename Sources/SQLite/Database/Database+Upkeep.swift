import CSQLite

extension Database {
  /// How much a checkpoint waits for, and does.
  package enum CheckpointMode {
    /// Copies what it can without waiting for readers.
    case passive
    /// Copies everything and cuts the WAL file to nothing; `.busy` if another connection reads.
    case truncate
  }

  /// How far a checkpoint came.
  package struct Checkpoint: Equatable, Sendable {
    /// Pages in the WAL.
    package let walPages: Int
    /// Pages of them that are in the database file now.
    package let checkpointedPages: Int
  }

  /// Copies committed pages from the WAL into the database file. Not inside a transaction.
  @discardableResult
  package func checkpoint(_ mode: CheckpointMode) throws(SQLiteError) -> Checkpoint {
    var walPages: Int32 = 0
    var copied: Int32 = 0
    let code = sqlite3_wal_checkpoint_v2(handle, nil, mode.flag, &walPages, &copied)
    guard code == SQLITE_OK else { throw SQLiteError(lastOf: handle) }
    pendingFrames = Int(walPages - copied)
    return Checkpoint(walPages: Int(walPages), checkpointedPages: Int(copied))
  }

  /// Bytes of the WAL that wait for a checkpoint, by the count of the last commit; 0 until the first.
  package var walBytes: Int {
    pendingFrames * Self.frameBytes
  }

  /// A page of the default size and the header of its frame.
  private static var frameBytes: Int { 4096 + 24 }

  /// Counts the WAL's frames after each commit. The hook takes the place of SQLite's automatic checkpoint.
  func watchLog() {
    // Unretained: the connection, and with it the hook, ends before the database does.
    _ = sqlite3_wal_hook(
      handle,
      { context, _, _, frames in
        guard let context else { return SQLITE_MISUSE }
        Unmanaged<Database>.fromOpaque(context).takeUnretainedValue().pendingFrames = Int(frames)
        return SQLITE_OK
      },
      Unmanaged.passUnretained(self).toOpaque())
  }

  /// The pages of the file, and how many of them hold nothing.
  package func pageCounts() throws -> (all: Int, free: Int) {
    (try integer("PRAGMA page_count"), try integer("PRAGMA freelist_count"))
  }

  /// Puts up to so many of the file's last pages where free ones are, so that it may end before them: that is where the
  /// next checkpoint cuts it.
  package func vacuum(pages: Int) throws(SQLiteError) {
    try execute("PRAGMA incremental_vacuum(\(pages))")
  }

  /// What is wrong with the file, empty if nothing: every page, index and constraint. Reads the whole file.
  package func integrityCheck() throws -> [String] {
    try problems("PRAGMA integrity_check")
  }

  /// As `integrityCheck` without comparing indexes to their tables: fast enough for a start after a crash.
  package func quickCheck() throws -> [String] {
    try problems("PRAGMA quick_check")
  }

  private func problems(_ pragma: String) throws -> [String] {
    try query(pragma) { try $0.text(0) }.filter { $0 != "ok" }
  }
}

extension Database.CheckpointMode {
  fileprivate var flag: Int32 {
    switch self {
    case .passive: SQLITE_CHECKPOINT_PASSIVE
    case .truncate: SQLITE_CHECKPOINT_TRUNCATE
    }
  }
}

/// The version of the SQLite library in use, such as "3.40.1".
package var sqliteVersion: String {
  String(cString: sqlite3_libversion())
}
