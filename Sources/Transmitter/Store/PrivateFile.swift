import Glibc
import POSIX

/// Files that only their owner may read: keys and tokens, the database and its copies. What has changed one is on disk.
package enum PrivateFile {
  /// Reads a secret, refusing any file that others could have read or replaced.
  package static func read(_ path: String) throws(PrivateFileError) -> [UInt8] {
    // NONBLOCK: a pipe in its place would otherwise hold the start-up for ever.
    let file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { throw errno == ELOOP ? .notARegularFile(path) : .cannotOpen(path, errno) }
    defer { close(file) }
    try check(file, path)
    return try reading(path) { () throws(SystemError) in try readToEnd(of: file) }
  }

  /// Writes a secret to a new file (0600) and makes it durable; an existing file is left alone.
  package static func create(_ path: String, _ bytes: [UInt8]) throws(PrivateFileError) {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw .cannotOpen(path, errno) }
    defer { close(file) }
    do throws(SystemError) {
      try writeAll(bytes[...], to: file)
      guard fsync(file) == 0 else { throw .last }
    } catch {
      // Half a key would be taken for a damaged one at the next start.
      unlink(path)
      throw .cannotWrite(path, error.code)
    }
    try syncDirectory(of: path)
  }

  /// Replaces a file in one step: readers see the old or the new content, never a part.
  package static func replace(_ path: String, _ bytes: [UInt8]) throws(PrivateFileError) {
    let draft = path + ".new"
    unlink(draft)
    try create(draft, bytes)
    try move(draft, to: path)
  }

  /// Gives a file another name in the same directory, in one step and durably; a file of that name is replaced.
  static func move(_ path: String, to newPath: String) throws(PrivateFileError) {
    guard rename(path, newPath) == 0 else { throw .cannotWrite(newPath, errno) }
    try syncDirectory(of: newPath)
  }

  /// Waits until what was written to a file is on disk.
  static func sync(_ path: String) throws(PrivateFileError) {
    let file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard file >= 0 else { throw .cannotOpen(path, errno) }
    defer { close(file) }
    guard fsync(file) == 0 else { throw .cannotWrite(path, errno) }
  }

  /// How many bytes a file has.
  static func size(of path: String) throws(PrivateFileError) -> Int {
    var status = stat()
    guard lstat(path, &status) == 0 else { throw .cannotOpen(path, errno) }
    return Int(status.st_size)
  }

  /// Copies a regular file into a new one (0600); it is still to be synced.
  static func copy(_ path: String, to newPath: String) throws(PrivateFileError) {
    // NONBLOCK: as above. A device might have no end.
    let source = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard source >= 0 else { throw .cannotOpen(path, errno) }
    defer { close(source) }
    guard try status(of: source, path).isRegular else { throw .notARegularFile(path) }
    let target = open(newPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard target >= 0 else { throw .cannotWrite(newPath, errno) }
    defer { close(target) }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = try reading(path) { () throws(SystemError) in try readSome(of: source, into: &buffer) }
      if count == 0 { return }
      do throws(SystemError) {
        try writeAll(buffer[..<count], to: target)
      } catch {
        throw .cannotWrite(newPath, error.code)
      }
    }
  }

  /// Removes a file, if it is there, and makes that durable.
  static func remove(_ path: String) throws(PrivateFileError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw .cannotWrite(path, errno) }
    try syncDirectory(of: path)
  }

  /// Whether there is anything under this name.
  package static func exists(_ path: String) -> Bool {
    access(path, F_OK) == 0
  }

  /// A new name survives a loss of power only when its directory is on disk too.
  private static func syncDirectory(of path: String) throws(PrivateFileError) {
    let parent = path.lastIndex(of: "/").map { path[...$0] } ?? "."
    let directory = open(String(parent), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw .cannotSyncDirectory(path, errno) }
    defer { close(directory) }
    guard fsync(directory) == 0 else { throw .cannotSyncDirectory(path, errno) }
  }

  private static func reading<Value>(
    _ path: String, _ body: () throws(SystemError) -> Value
  ) throws(PrivateFileError) -> Value {
    do throws(SystemError) {
      return try body()
    } catch {
      throw .cannotOpen(path, error.code)
    }
  }

  private static func check(_ file: Int32, _ path: String) throws(PrivateFileError) {
    let status = try status(of: file, path)
    guard status.isRegular else { throw .notARegularFile(path) }
    guard status.st_uid == geteuid() || status.st_uid == 0 else { throw .foreignOwner(path) }
    guard status.st_mode & 0o077 == 0 else { throw .readableByOthers(path) }
  }

  private static func status(of file: Int32, _ path: String) throws(PrivateFileError) -> stat {
    var status = stat()
    guard fstat(file, &status) == 0 else { throw .cannotOpen(path, errno) }
    return status
  }
}

extension stat {
  fileprivate var isRegular: Bool { st_mode & S_IFMT == S_IFREG }
}

/// Why a private file cannot be used; the path comes first, the second value is an `errno`.
package enum PrivateFileError: Error, CustomStringConvertible {
  case cannotOpen(String, Int32)
  case cannotWrite(String, Int32)
  /// The file has its name, which a loss of power may take from it again.
  case cannotSyncDirectory(String, Int32)
  case notARegularFile(String)
  case foreignOwner(String)
  case readableByOthers(String)

  package var description: String {
    switch self {
    case .cannotOpen(let path, let code): "cannot open \(path): \(SystemError(code))"
    case .cannotWrite(let path, let code): "cannot write \(path): \(SystemError(code))"
    case .cannotSyncDirectory(let path, let code):
      "cannot sync the directory of \(path): \(SystemError(code))"
    case .notARegularFile(let path):
      "\(path) is not a regular file; a secret may not come from a link or device"
    case .foreignOwner(let path): "\(path) belongs to another user; run: chown $(id -u) \(path)"
    case .readableByOthers(let path): "others may read \(path); run: chmod 600 \(path)"
    }
  }
}
