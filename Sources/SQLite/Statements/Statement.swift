import CSQLite
import Glibc

/// One prepared statement, finalized with its last reference.
///
/// Runs in three beats: `start` binds, `step` walks the rows, `finish` makes it ready for the next caller and lets
/// go of the bound values. A class only because a dictionary cannot hold a noncopyable value.
final class Statement {
  let handle: OpaquePointer
  private let sql: String
  private let parameterCount: Int
  /// True from `start` to `finish`.
  private(set) var isRunning = false

  /// - Parameter isPersistent: true for one that is kept; tells SQLite to spare its short-lived memory.
  init(_ sql: String, on connection: OpaquePointer, isPersistent: Bool) throws(SQLiteError) {
    handle = try Self.prepare(sql, on: connection, flags: isPersistent ? SQLITE_PREPARE_PERSISTENT : 0)
    self.sql = sql
    parameterCount = Int(sqlite3_bind_parameter_count(handle))
  }

  deinit {
    sqlite3_finalize(handle)
  }

  /// Binds all parameters; on failure the statement is finished already.
  func start(with bindings: [any SQLiteBindable]) throws(SQLiteError) {
    guard bindings.count == parameterCount else {
      throw SQLiteError(.range, "\(bindings.count) values for \(parameterCount) parameters", sql: sql)
    }
    isRunning = true
    for (index, value) in bindings.enumerated() {
      let code = value.bind(to: Parameter(statement: handle, index: Int32(index + 1)))
      guard code == .ok else { throw failure(binding: index + 1, code) }
    }
  }

  /// True if a row is at hand, false at the end.
  func step() throws(SQLiteError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw SQLiteError(lastOf: sqlite3_db_handle(handle), sql: sql)
    }
  }

  /// Ends the run. A failure of the last step was thrown there; `reset` merely repeats it.
  func finish() {
    sqlite3_reset(handle)
    if parameterCount > 0 { sqlite3_clear_bindings(handle) }
    isRunning = false
  }

  private func failure(binding index: Int, _ code: ResultCode) -> SQLiteError {
    finish()
    return SQLiteError(
      code, "cannot bind value \(index): \(String(cString: sqlite3_errstr(code.rawValue)))", sql: sql)
  }
}

extension Statement {
  private static func prepare(
    _ sql: String, on connection: OpaquePointer, flags: Int32
  ) throws(SQLiteError) -> OpaquePointer {
    var handle: OpaquePointer?
    let (code, hasMore) = sql.withCString { text in
      var rest: UnsafePointer<CChar>?
      let code = sqlite3_prepare_v3(connection, text, -1, UInt32(flags), &handle, &rest)
      return (code, !isBlank(rest))
    }
    guard code == SQLITE_OK else { throw SQLiteError(lastOf: connection, sql: sql) }
    guard let handle else { throw SQLiteError(.misuse, "no statement", sql: sql) }
    guard !hasMore else {
      sqlite3_finalize(handle)
      throw SQLiteError(.misuse, "more than one statement; use executeScript", sql: sql)
    }
    return handle
  }

  /// True if only spaces, line ends and semicolons follow.
  private static func isBlank(_ rest: UnsafePointer<CChar>?) -> Bool {
    guard let rest else { return true }
    return rest[strspn(rest, " \t\r\n;")] == 0
  }
}
