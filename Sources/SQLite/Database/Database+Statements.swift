import CSQLite

/// Running statements.
///
/// SQL is constant text with `?` for every value: each text is prepared once and kept, so text made of values would
/// fill the cache, and invite injection. Statements are reset and their values cleared when the call ends, however
/// it ends.
extension Database {
  /// Runs one statement to its end; rows it yields are passed over.
  package func execute(_ sql: String, _ bindings: any SQLiteBindable...) throws(SQLiteError) {
    let statement = try start(sql, bindings)
    defer { statement.finish() }
    while try statement.step() {}
  }

  /// Every row of one statement, through `map`.
  package func query<T>(
    _ sql: String, _ bindings: any SQLiteBindable..., map: (borrowing Row) throws -> T
  ) throws -> [T] {
    let statement = try start(sql, bindings)
    defer { statement.finish() }
    var results: [T] = []
    while try statement.step() {
      results.append(try map(Row(of: statement)))
    }
    return results
  }

  /// The rows of one statement, through `map`, up to the first for which it answers nil; those after it are not read.
  package func queryPrefix<T>(
    _ sql: String, _ bindings: any SQLiteBindable..., map: (borrowing Row) throws -> T?
  ) throws -> [T] {
    let statement = try start(sql, bindings)
    defer { statement.finish() }
    var results: [T] = []
    while try statement.step(), let result = try map(Row(of: statement)) { results.append(result) }
    return results
  }

  /// The first row of one statement, through `map`; nil if there is none.
  package func first<T>(
    _ sql: String, _ bindings: any SQLiteBindable..., map: (borrowing Row) throws -> T
  ) throws -> T? {
    let statement = try start(sql, bindings)
    defer { statement.finish() }
    guard try statement.step() else { return nil }
    return try map(Row(of: statement))
  }

  /// Runs several statements, separated by `;`, without values or the cache: migrations and settings.
  package func executeScript(_ sql: String) throws(SQLiteError) {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else {
      throw SQLiteError(lastOf: handle)
    }
  }

  /// Rows that the last INSERT, UPDATE or DELETE changed itself, without those of triggers and foreign keys.
  package func changes() -> Int {
    Int(sqlite3_changes64(handle))
  }

  /// The row id of the last INSERT that succeeded on this connection.
  package var lastInsertedRowID: Int64 {
    sqlite3_last_insert_rowid(handle)
  }

  private func start(_ sql: String, _ bindings: [any SQLiteBindable]) throws(SQLiteError) -> Statement {
    let statement = try statement(for: sql)
    try statement.start(with: bindings)
    return statement
  }
}
