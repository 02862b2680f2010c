import CSQLite

/// A copy of an open database in the making, a slice at a time.
///
/// Between slices the source goes on: what its own connection writes meanwhile goes into the copy as well, so the
/// finished copy is the state at the last step. A copy left unfinished is no database; the caller deletes it.
package struct Backup: ~Copyable {
  private let source: Database
  private let target: Connection
  private let handle: OpaquePointer

  /// Begins a copy into a new file of mode 0600. It has no journal and is not synced on the way: the caller deletes it
  /// if anything fails, and syncs it in the end, where that holds up no commit.
  ///
  /// - Throws: `.cantOpen` if the file exists or cannot be made.
  init(of source: Database, to path: String) throws(SQLiteError) {
    let target = try Connection(path: path, mustBeNew: true)
    let code = sqlite3_exec(
      target.handle, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", nil, nil, nil)
    guard code == SQLITE_OK else { throw SQLiteError(lastOf: target.handle) }
    guard let handle = sqlite3_backup_init(target.handle, "main", source.handle, "main") else {
      throw SQLiteError(lastOf: target.handle)
    }
    self.source = source
    self.target = target
    self.handle = handle
  }

  deinit {
    sqlite3_backup_finish(handle)
  }

  /// Copies up to `pages` pages; false once the copy is complete; it is still to be synced.
  package mutating func step(pages: Int) throws(SQLiteError) -> Bool {
    let code = sqlite3_backup_step(handle, Int32(clamping: pages))
    switch code {
    case SQLITE_OK: return true
    case SQLITE_DONE: return false
    default: throw SQLiteError(ResultCode(rawValue: code), "backup: \(String(cString: sqlite3_errstr(code)))")
    }
  }
}

extension Database {
  /// Begins a copy of the database into a new file; call `step` until it answers false.
  package func backup(to path: String) throws(SQLiteError) -> Backup {
    try Backup(of: self, to: path)
  }
}
