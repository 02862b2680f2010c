import CSQLite
import Glibc

/// One connection to one database file: statements, transactions, schema and upkeep.
///
/// Owns the C handle and the prepared statements. Not `Sendable`: an actor pinned on a `QueueExecutor` owns the
/// one instance. It refuses files of other programs and of newer releases before it writes a byte, and knows
/// nothing of what it stores. The process opens a file once and holds a `LockFile` meanwhile: two connections that
/// write and checkpoint at the same instant can lose a commit in SQLite 3.7.0 to 3.51.2 (WAL reset).
package final class Database {
  private var connection: Connection?
  /// Prepared statements by their text, kept for the connection's life.
  private(set) var statements: [StatementText: Statement] = [:]
  /// Frames in the WAL after the last commit, less those checkpointed since.
  var pendingFrames = 0

  /// Opens or creates the file with the settings of `Configuration`.
  ///
  /// - Throws: `SQLiteError` if the file cannot be opened or is no database (`.notADatabase`);
  ///   `SchemaError.notOurs`, `.newer` or `.damaged` for a file that this program must leave alone. The handle is closed
  ///   then.
  package init(path: String, configuration: Configuration) throws {
    // The last to close a file deletes its log: one that is there tells of an end that was none.
    let wasClosed = access(path + "-wal", F_OK) != 0
    connection = try Connection(path: path)
    try configure(configuration, path: path, wasClosed: wasClosed)
    watchLog()
  }

  /// Opens a file to look at it (see `Connection`): for reading only, and without any setting.
  init(lookingAt path: String) throws(SQLiteError) {
    connection = try Connection(lookingAt: path)
  }

  deinit {
    close()
  }

  /// From now on `close` leaves file and log as they are: after a failure of the disk nobody knows what of them is
  /// there, and whoever opens them next has to read both.
  package func keepLog() {
    // Fails only for an option that is unknown, and opening has set this one.
    _ = csqlite_set_option(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
  }

  /// Finalizes the statements and closes the handle; the last connection of a file checkpoints its WAL and deletes
  /// it. The database must not be used afterwards; a second `close` does nothing.
  package func close() {
    statements.removeAll()
    connection = nil
  }

  /// The open handle; using a closed database is an error of the program.
  var handle: OpaquePointer {
    guard let handle = connection?.handle else { preconditionFailure("database used after close()") }
    return handle
  }

  /// The prepared statement of a text, from the cache where no caller up the stack is still stepping it.
  func statement(for sql: String) throws(SQLiteError) -> Statement {
    guard let cached = statements[StatementText(sql: sql)] else {
      let statement = try Statement(sql, on: handle, isPersistent: true)
      statements[StatementText(sql: sql)] = statement
      return statement
    }
    return cached.isRunning ? try Statement(sql, on: handle, isPersistent: false) : cached
  }
}
