import Glibc
import POSIX

/// The right of one process to a directory, held for the life of the value.
///
/// The kernel drops the lock when the process ends, however it ends: a file left behind locks nobody out. The file
/// stays in place on release, since deleting it would let two processes lock two files of one name.
package struct LockFile: ~Copyable, Sendable {
  private let descriptor: Int32

  /// Takes the lock without waiting and writes this process's id into the file.
  package init(path: String) throws(LockFileError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .failed(path: path, operation: "open", errno: errno) }
    do throws(LockFileError) {
      try Self.lock(descriptor, path)
      try Self.writeProcessID(to: descriptor, path)
    } catch {
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  /// Looks whether the lock could be taken, and makes no file for it.
  ///
  /// - Throws: `LockFileError.held` if another holds it.
  package static func check(path: String) throws(LockFileError) {
    let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else {
      if errno == ENOENT { return }
      throw .failed(path: path, operation: "open", errno: errno)
    }
    defer { close(descriptor) }
    try lock(descriptor, path)
  }

  private static func lock(_ descriptor: Int32, _ path: String) throws(LockFileError) {
    guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else { return }
    guard errno == EWOULDBLOCK else { throw .failed(path: path, operation: "lock", errno: errno) }
    throw .held(path: path, processID: processID(in: descriptor))
  }

  private static func writeProcessID(to descriptor: Int32, _ path: String) throws(LockFileError) {
    let line = Array("\(getpid())\n".utf8)
    // In this order the block that the file has is written over, which a full disk allows.
    guard pwrite(descriptor, line, line.count, 0) == line.count, ftruncate(descriptor, off_t(line.count)) == 0
    else {
      throw .failed(path: path, operation: "write", errno: errno)
    }
  }

  /// The id the holder wrote; nil if it has not yet.
  private static func processID(in descriptor: Int32) -> Int32? {
    var digits = [UInt8](repeating: 0, count: 16)
    let count = pread(descriptor, &digits, digits.count, 0)
    return Int32(String(decoding: digits.prefix(max(count, 0)).prefix { $0 != 0x0a }, as: UTF8.self))
  }
}

/// Why a lock file could not be taken.
package enum LockFileError: Error, Equatable {
  case held(path: String, processID: Int32?)
  case failed(path: String, operation: String, errno: Int32)
}

extension LockFileError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .held(let path, let id?):
      "\(path) is held by process \(id), which is running on this directory; stop it first"
    case .held(let path, nil):
      "\(path) is held by another process; stop it first"
    case .failed(let path, let operation, let errno):
      "cannot \(operation) \(path): \(SystemError(errno))"
    }
  }
}
