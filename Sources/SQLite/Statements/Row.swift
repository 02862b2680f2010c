import CSQLite

/// The row a statement stands at, lent to a closure for the time of one step.
///
/// Columns are read by index, from 0, as exactly the type they hold: SQLite's own conversions (of "abc" to 0, of
/// NULL to the empty text) would hide a damaged file or a mistaken query. A mismatch throws `.mismatch`, a column
/// that is not there `.range`.
package struct Row: ~Copyable {
  private let statement: OpaquePointer
  private let columnCount: Int

  /// - Parameter statement: one that stands at a row; its first step may have changed its columns.
  init(of statement: borrowing Statement) {
    self.statement = statement.handle
    columnCount = Int(sqlite3_column_count(statement.handle))
  }

  /// An INTEGER.
  package func int64(_ column: Int) throws(SQLiteError) -> Int64 {
    try require(SQLITE_INTEGER, column)
    return sqlite3_column_int64(statement, Int32(column))
  }

  /// An INTEGER, which always fits.
  package func int(_ column: Int) throws(SQLiteError) -> Int {
    Int(try int64(column))
  }

  /// An INTEGER other than 0 is true.
  package func bool(_ column: Int) throws(SQLiteError) -> Bool {
    try int64(column) != 0
  }

  /// TEXT, whole; throws `.mismatch` if it is not valid UTF-8.
  package func text(_ column: Int) throws(SQLiteError) -> String {
    try require(SQLITE_TEXT, column)
    let start = sqlite3_column_text(statement, Int32(column))
    let bytes = UnsafeBufferPointer(start: start, count: byteCount(column))
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw mismatch(column, "text that is not UTF-8", expected: "TEXT")
    }
    return text
  }

  /// How many bytes a TEXT has.
  package func textSize(_ column: Int) throws(SQLiteError) -> Int {
    try require(SQLITE_TEXT, column)
    return byteCount(column)
  }

  /// BLOB, whole.
  package func bytes(_ column: Int) throws(SQLiteError) -> [UInt8] {
    try require(SQLITE_BLOB, column)
    let start = sqlite3_column_blob(statement, Int32(column))
    return [UInt8](UnsafeRawBufferPointer(start: start, count: byteCount(column)))
  }

  private func byteCount(_ column: Int) -> Int {
    Int(sqlite3_column_bytes(statement, Int32(column)))
  }
}

/// Types with a raw value.
extension Row {
  /// TEXT that must be a raw value of `type`; throws `.mismatch` for any other.
  package func value<Value: RawRepresentable<String>>(
    _ column: Int, as type: Value.Type = Value.self
  ) throws(SQLiteError) -> Value {
    try known(Value(rawValue: text(column)), column)
  }

  /// An INTEGER that must be a raw value of `type`; throws `.mismatch` for any other.
  package func value<Value: RawRepresentable<Int>>(
    _ column: Int, as type: Value.Type = Value.self
  ) throws(SQLiteError) -> Value {
    try known(Value(rawValue: int(column)), column)
  }

  private func known<Value>(_ value: Value?, _ column: Int) throws(SQLiteError) -> Value {
    guard let value else { throw mismatch(column, "another value", expected: "one of \(Value.self)") }
    return value
  }
}

/// The same, with nil for NULL.
extension Row {
  /// As `int64`, or nil for NULL.
  package func optionalInt64(_ column: Int) throws(SQLiteError) -> Int64? {
    try isNull(column) ? nil : int64(column)
  }

  /// As `text`, or nil for NULL.
  package func optionalText(_ column: Int) throws(SQLiteError) -> String? {
    try isNull(column) ? nil : text(column)
  }

  /// As `bytes`, or nil for NULL.
  package func optionalBytes(_ column: Int) throws(SQLiteError) -> [UInt8]? {
    try isNull(column) ? nil : bytes(column)
  }

  /// Whether the column holds NULL.
  package func isNull(_ column: Int) throws(SQLiteError) -> Bool {
    try storageClass(of: column) == SQLITE_NULL
  }
}

extension Row {
  private func require(_ expected: Int32, _ column: Int) throws(SQLiteError) {
    let found = try storageClass(of: column)
    guard found == expected else {
      throw mismatch(column, Self.name(of: found), expected: Self.name(of: expected))
    }
  }

  private func storageClass(of column: Int) throws(SQLiteError) -> Int32 {
    guard column >= 0, column < columnCount else {
      throw SQLiteError(.range, "no column \(column) among \(columnCount)", sql: sql)
    }
    return sqlite3_column_type(statement, Int32(column))
  }

  private func mismatch(_ column: Int, _ found: String, expected: String) -> SQLiteError {
    let name = sqlite3_column_name(statement, Int32(column)).map { String(cString: $0) } ?? "?"
    return SQLiteError(.mismatch, "column \(column) (\(name)) holds \(found), not \(expected)", sql: sql)
  }

  /// The statement's text with its placeholders.
  private var sql: String? {
    sqlite3_sql(statement).map { String(cString: $0) }
  }

  private static func name(of storageClass: Int32) -> String {
    switch storageClass {
    case SQLITE_INTEGER: "INTEGER"
    case SQLITE_FLOAT: "REAL"
    case SQLITE_TEXT: "TEXT"
    case SQLITE_BLOB: "BLOB"
    default: "NULL"
    }
  }
}
