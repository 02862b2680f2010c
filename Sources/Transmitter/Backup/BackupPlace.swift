import Glibc
import SQLite

/// Where a backup may go. The daemon writes it, and so with the daemon's rights: never over a file that is no backup.
struct BackupPlace: Sendable {
  let path: String
  /// Whether a backup that is there may be replaced.
  let replaces: Bool
  let files: StateFiles
  let parts: [SchemaPart]

  /// Looks at the directory, and at what has the name already.
  func check() throws(BackupError) {
    guard path.hasPrefix("/"), !path.hasSuffix("/"), !path.utf8.contains(0) else { throw .notAbsolute(path) }
    try checkDirectory()
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFREG, !isInUse, (try? Store.check(path: path, parts: parts)) != nil
    else { throw .notABackup(path) }
    guard replaces else { throw .exists(path) }
  }

  /// The database of another daemon has a log beside it, a backup never.
  private var isInUse: Bool { PrivateFile.exists(path + "-wal") }

  /// What comes meanwhile wants space too.
  private static let spareBytes = 64 << 20

  /// A disk that the backup fills may be the one that the database is on.
  func checkSpace(for bytes: Int) throws(BackupError) {
    var status = statvfs()
    guard statvfs(directory, &status) == 0 else { throw .noDirectory(directory, errno) }
    let free = Int(clamping: status.f_bavail).multipliedReportingOverflow(by: Int(clamping: status.f_frsize))
    guard free.overflow || free.partialValue - Self.spareBytes >= bytes else {
      throw .noSpace(path, needed: bytes + Self.spareBytes, free: free.partialValue)
    }
  }

  private var directory: String { String(path[...(path.lastIndex(of: "/") ?? path.startIndex)]) }

  private func checkDirectory() throws(BackupError) {
    let status = try status(of: directory)
    try checkAncestors()
    guard status.st_mode & 0o1002 != 0o002 else { throw .worldWritable(directory) }
    guard access(directory, W_OK | X_OK) == 0 else { throw .noDirectory(directory, errno) }
  }

  /// What is deep in the state directory would be lost with it as well. The root is its own parent.
  private func checkAncestors() throws(BackupError) {
    let state = try status(of: files.directory)
    var ancestor = directory
    var current = try status(of: ancestor)
    while true {
      guard !current.isSameFile(as: state) else { throw .inStateDirectory(path) }
      ancestor += "/.."
      let parent = try status(of: ancestor)
      if parent.isSameFile(as: current) { return }
      current = parent
    }
  }

  private func status(of path: String) throws(BackupError) -> stat {
    var status = stat()
    guard stat(path, &status) == 0 else { throw .noDirectory(path, errno) }
    return status
  }
}

extension stat {
  fileprivate func isSameFile(as other: stat) -> Bool { (st_dev, st_ino) == (other.st_dev, other.st_ino) }
}
