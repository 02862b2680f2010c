import POSIX
import SQLite

/// Why there is no backup, or none that could be restored. The first value is the path, the `Int32` an `errno`.
package enum BackupError: Error, CustomStringConvertible {
  case busy
  case notAbsolute(String)
  case noDirectory(String, Int32)
  case worldWritable(String)
  case inStateDirectory(String)
  case exists(String)
  case notABackup(String)
  /// In bytes.
  case noSpace(String, needed: Int, free: Int)
  /// The cause.
  case failed(String, String)
  /// The cause.
  case notSynced(String, String)
  /// The file is no backup, or is damaged: why.
  case notRestorable(String, String)
  /// Another program writes to the file, or was killed while it did.
  case hasLog(String)
  /// The file that tells of a restore is none of ours.
  case notARestore(String)
  /// The key-encryption key that is needed, where it belongs, and the one that is there.
  case otherKey(String, needed: String, at: String, have: String?)

  package var description: String {
    switch self {
    case .busy: "another backup is being taken; try again when it is done"
    case .notAbsolute(let path): "\(path) is not the absolute path of a file"
    case .noDirectory(let path, let code): "the daemon cannot write into \(path): \(SystemError(code))"
    case .worldWritable(let path): "anyone may replace files in \(path); choose another directory"
    case .inStateDirectory(let path):
      "\(path) is in the state directory, and would be lost with it; choose another directory"
    case .exists(let path): "\(path) exists; choose another name, or say --force (\"force\": true)"
    case .notABackup(let path): "\(path) is no backup of a transmitter, and is not replaced"
    case .noSpace(let path, let needed, let free):
      "a backup to \(path) needs \(needed) bytes, and there are \(free); make space, or choose another disk"
    case .failed(let path, let cause): "no backup was written to \(path): \(cause)"
    case .notSynced(let path, let cause):
      "a backup was written to \(path), and might be gone after a loss of power: \(cause); take another"
    case .notRestorable(let path, let cause):
      "\(path) cannot be restored: \(cause); try an older backup; nothing was changed"
    case .hasLog(let path):
      "\(path) has a log beside it (\(path)-wal): it is no finished backup but a database in use, or a copy of "
        + "one; to go back to a former database, stop the daemon and move both to transmitter.sqlite and "
        + "transmitter.sqlite-wal in the state directory"
    case .notARestore(let path): "\(path) does not tell of a restore; remove it"
    case .otherKey(let path, let needed, let place, let have):
      "the secrets in \(path) are sealed under the key-encryption key \(needed), and \(place) "
        + (have.map { "is the key \($0)" } ?? "is missing") + "; put that key there first"
    }
  }
}

extension BackupError {
  /// What is said of an error while a backup is restored: where the backup itself is the cause, that another is needed.
  static func restoring(_ path: String, _ error: any Error) -> any Error {
    guard let cause = cause(in: path, of: error) else { return error }
    return BackupError.notRestorable(path, cause)
  }

  private static func cause(in path: String, of error: any Error) -> String? {
    switch error {
    case PrivateFileError.notARegularFile(path): "it is not a regular file"
    case SchemaError.notOurs, ResultCode.notADatabase: "it is no backup of a transmitter"
    case SchemaError.newer(let found, let supported):
      "it is of a newer release (schema \(found); this release knows schemas up to \(supported))"
    case SchemaError.damaged(_, let problem): "it is damaged (\(problem))"
    case let error as SQLiteError where .corrupt ~= error.code: "it is damaged (\(error.message))"
    default: nil
    }
  }
}
