import CSQLite

extension Database {
  /// True between BEGIN (or a first SAVEPOINT) and its end. SQLite ends a transaction by itself after some errors,
  /// such as a full disk.
  package var isInTransaction: Bool {
    sqlite3_get_autocommit(handle) == 0
  }

  /// Runs `body` between `BEGIN IMMEDIATE` and `COMMIT`; when it returns, the commit is on the disk.
  ///
  /// Nothing of it remains if `body` or the commit throws. Does not nest: use `savepoint` inside.
  package func transactionally<T>(_ body: () throws -> T) throws -> T {
    try transaction("BEGIN IMMEDIATE", body)
  }

  /// Runs `body`, which only reads, on one state of the file: its statements share one lock, where each would take and
  /// give back its own. Does not nest.
  package func reading<T>(_ body: () throws -> T) throws -> T {
    try transaction("BEGIN DEFERRED", body)
  }

  private func transaction<T>(_ begin: String, _ body: () throws -> T) throws -> T {
    try execute(begin)
    do {
      let result = try body()
      try execute("COMMIT")
      return result
    } catch {
      try undo(after: error) { () throws(SQLiteError) in try execute("ROLLBACK") }
      throw error
    }
  }

  /// Runs `body` so that its changes alone are undone if it throws, and the transaction around it goes on: one bad
  /// item of a batch fails by itself. Nests.
  ///
  /// - Throws: what `body` throws; `.abortRollback` outside a transaction, as when an earlier item of the batch
  ///   failed so badly that SQLite rolled the whole back.
  package func savepoint<T>(_ body: () throws -> T) throws -> T {
    guard isInTransaction else {
      throw SQLiteError(.abortRollback, "no transaction is open for this savepoint: it was rolled back")
    }
    try execute("SAVEPOINT item")
    do {
      let result = try body()
      try execute("RELEASE item")
      return result
    } catch {
      try undo(after: error) { () throws(SQLiteError) in
        try execute("ROLLBACK TO item")
        try execute("RELEASE item")
      }
      throw error
    }
  }

  /// Takes back what `cause` left half done, unless SQLite has done so. If that fails too, the connection is in a
  /// state the caller must hear of first.
  private func undo(after cause: any Error, _ rollback: () throws(SQLiteError) -> Void) throws(SQLiteError) {
    guard isInTransaction else { return }
    do {
      try rollback()
    } catch {
      throw SQLiteError(error.code, "rollback failed: \(error.message), after: \(cause)", sql: error.sql)
    }
  }
}
