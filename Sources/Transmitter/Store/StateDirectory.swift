import Glibc
import POSIX
package import SQLite

/// The directory that holds everything the daemon must not lose: database, key-encryption key, admin token.
///
/// Only its owner may enter it, and an exclusive lock keeps a second daemon out for as long as this value lives.
package final class StateDirectory: Sendable {
  package let files: StateFiles
  private let lock: LockFile

  /// Creates the directory (0700) if it is missing, and locks it.
  ///
  /// - Parameter isRestoring: true for who restores a backup, and so may follow on a restore that was interrupted.
  /// - Throws: `StateDirectoryError`, or `LockFile`'s error when another daemon holds it.
  package init(path: String, isRestoring: Bool = false) throws {
    try Self.prepare(path)
    files = StateFiles(in: path)
    lock = try LockFile(path: files.lock)
    if !isRestoring { try Self.checkRestore(files) }
  }

  /// Between two databases there is none that could be opened.
  private static func checkRestore(_ files: StateFiles) throws(StateDirectoryError) {
    guard !PrivateFile.exists(files.unfinishedRestore) else { throw .unfinishedRestore(files.directory) }
  }

  /// Puts the text of an admin token where only the owner of the files finds it.
  package func keepAdminToken(_ text: String) throws(PrivateFileError) {
    try PrivateFile.replace(files.adminToken, Array((text + "\n").utf8))
  }

  /// Looks whether a daemon could start on the directory, with what is in it, and changes nothing: whoever asks may
  /// be another user than the daemon's.
  ///
  /// - Parameter parts: as the store is opened with.
  /// - Throws: what would keep it from starting; `LockFileError.held` only if nothing else would.
  package static func check(_ path: String, parts: [SchemaPart] = []) throws {
    let files = StateFiles(in: path)
    try checkDirectory(path)
    try checkRestore(files)
    try Store.check(path: files.database, parts: parts)
    try KeyEncryptionKey.check(files.keyEncryptionKey)
    try LockFile.check(path: files.lock)
  }

  /// Creates the directory if it is missing, and checks it.
  static func prepare(_ path: String) throws {
    if mkdir(path, 0o700) != 0, errno != EEXIST { throw StateDirectoryError.cannotCreate(path, errno) }
    try checkDirectory(path)
  }

  /// Checks that the directory can be written to, or can be made where it is missing.
  private static func checkDirectory(_ path: String) throws {
    var status = stat()
    if stat(path, &status) != 0, errno == ENOENT { return try checkParent(of: path) }
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw StateDirectoryError.notADirectory(path)
    }
    guard access(path, W_OK | X_OK) == 0 else { throw StateDirectoryError.notWritable(path, errno) }
    guard status.st_mode & 0o002 == 0 else { throw StateDirectoryError.worldWritable(path) }
  }

  private static func checkParent(of path: String) throws {
    let root = path.hasPrefix("/") ? "/" : "./"
    let parent = root + path.split(separator: "/").dropLast().joined(separator: "/")
    guard access(parent, W_OK | X_OK) == 0 else { throw StateDirectoryError.cannotCreate(path, errno) }
  }
}

/// Why a directory cannot be the state directory; the path comes first, the second value is an `errno`.
package enum StateDirectoryError: Error, CustomStringConvertible {
  case cannotCreate(String, Int32)
  case notADirectory(String)
  case notWritable(String, Int32)
  case worldWritable(String)
  case unfinishedRestore(String)

  package var description: String {
    switch self {
    case .cannotCreate(let path, let code):
      "cannot create the state directory \(path): \(SystemError(code)); create it, or set state_directory elsewhere"
    case .notADirectory(let path):
      "the state directory \(path) is not a directory; set state_directory to one"
    case .notWritable(let path, let code):
      "cannot write to the state directory \(path): \(SystemError(code)); give it to the daemon's user (chown)"
    case .worldWritable(let path):
      "anyone may write to the state directory \(path); run: chmod 700 \(path)"
    case .unfinishedRestore(let path):
      "a restore into the state directory \(path) was interrupted; run ssf-transmitter restore again"
    }
  }
}
