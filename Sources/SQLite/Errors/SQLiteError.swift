import CSQLite

/// A call that SQLite, or this layer over it, refused.
///
/// Holds the statement's text with its placeholders, never a bound value: values may be secrets, and errors are
/// logged.
package struct SQLiteError: Error, Hashable {
  package let code: ResultCode
  package let message: String
  /// The statement that failed; nil where the failure belongs to none.
  package let sql: String?

  init(_ code: ResultCode, _ message: String, sql: String? = nil) {
    self.code = code
    self.message = message
    self.sql = sql
  }

  /// The last failure of a connection; call before anything else is asked of it.
  init(lastOf connection: OpaquePointer?, sql: String? = nil) {
    let code = ResultCode(
      rawValue: sqlite3_extended_errcode(connection), cause: sqlite3_system_errno(connection))
    self.init(code, String(cString: sqlite3_errmsg(connection)), sql: sql)
  }
}

extension SQLiteError: CustomStringConvertible {
  package var description: String {
    var text = "\(message) [SQLite \(code.rawValue)]"
    if let sql { text += " in: \(sql)" }
    if let remedy { text += "; \(remedy)" }
    return text
  }

  /// What an operator can do about it; nil where only the program can.
  package var remedy: String? {
    switch code {
    case .full: "free space on the disk that holds the database"
    case .readOnly: "make the database file and its directory writable for the service's user"
    case .cantOpen: "check that the directory exists and that the service's user may write to it"
    case .notADatabase: "the path names a file of another kind; correct the path or move the file away"
    case .busy: "another process has the database open; stop it and try again"
    case .corrupt: SchemaError.remedy
    case .ioError: "check the disk and the kernel log, then restart; unacknowledged writes did not happen"
    default: nil
    }
  }
}
