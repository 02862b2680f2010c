import CSQLite
import Glibc
import POSIX

/// The C handle of one open database file, closed when the value ends.
///
/// SQLite gives out a handle even when opening fails; it is closed here too.
struct Connection: ~Copyable {
  let handle: OpaquePointer

  /// Opens the file, made with mode 0600 if absent: SQLite gives its WAL and shared-memory files the same mode.
  ///
  /// - Parameter mustBeNew: true to refuse a file that exists.
  init(path: String, mustBeNew: Bool = false) throws(SQLiteError) {
    try Self.create(path, mustBeNew: mustBeNew)
    try self.init(path, named: path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
  }

  /// Opens the file to look at it: without its log, without locks, and without making any file beside it, which an
  /// ordinary reader does. What another process writes meanwhile may be seen in part.
  init(lookingAt path: String) throws(SQLiteError) {
    try self.init(
      "file:\(Self.percentEncoded(path))?immutable=1", named: path, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI)
  }

  private init(_ name: String, named path: String, _ mode: Int32) throws(SQLiteError) {
    // NOMUTEX: the owner's queue confines the connection, so SQLite need not lock.
    let flags = mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    var opened: OpaquePointer?
    let code = sqlite3_open_v2(name, &opened, flags, nil)
    guard code == SQLITE_OK, let opened else {
      let error = SQLiteError(ResultCode(rawValue: code), Self.reason(of: opened, path: path))
      sqlite3_close_v2(opened)
      throw error
    }
    handle = opened
  }

  deinit {
    sqlite3_close_v2(handle)
  }

  private static func create(_ path: String, mustBeNew: Bool) throws(SQLiteError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor >= 0 {
      close(descriptor)
    } else if mustBeNew || errno != EEXIST {
      throw SQLiteError(.cantOpen, "cannot create \(path): \(SystemError.last)")
    }
  }

  /// With every byte encoded, none of them is taken for more than a part of the path.
  private static func percentEncoded(_ path: String) -> String {
    path.utf8.map { ($0 < 16 ? "%0" : "%") + String($0, radix: 16) }.joined()
  }

  private static func reason(of handle: OpaquePointer?, path: String) -> String {
    let reason = "cannot open \(path): \(String(cString: sqlite3_errmsg(handle)))"
    let cause = sqlite3_system_errno(handle)
    return cause == 0 ? reason : "\(reason) (\(SystemError(cause)))"
  }
}
