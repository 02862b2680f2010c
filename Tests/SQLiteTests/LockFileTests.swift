import Foundation
import Testing

@testable import SQLite

@Suite struct LockFileTests {
  let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  @Test("a second holder is refused and told who holds it")
  func secondHolder() throws {
    let path = directory.file("lock")
    let lock = try LockFile(path: path)
    let error = #expect(throws: LockFileError.self) { _ = try LockFile(path: path) }
    #expect(error == .held(path: path, processID: getpid()))
    #expect(try #require(error).description.contains("process \(getpid())"))
    withExtendedLifetime(lock) {}
  }

  @Test("a check tells of a holder, takes nothing and makes no file")
  func check() throws {
    let path = directory.file("lock")
    try LockFile.check(path: path)
    #expect(!FileManager.default.fileExists(atPath: path))
    let lock = try LockFile(path: path)
    #expect(throws: LockFileError.held(path: path, processID: getpid())) { try LockFile.check(path: path) }
    withExtendedLifetime(lock) {}
  }

  @Test("the lock is free again when the value ends")
  func release() throws {
    for _ in 1...2 {
      let lock = try LockFile(path: directory.file("lock"))
      withExtendedLifetime(lock) {}
    }
    #expect(try directory.openDescriptors() == 0)
  }

  /// The exit status of a process that takes the lock without waiting: 0 if it got it, 1 if not.
  private func lockElsewhere(_ path: String) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["flock", "--nonblock", path, "true"]
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  @Test("another process cannot take the lock we hold")
  func otherProcessIsKeptOut() throws {
    let path = directory.file("lock")
    do {
      let lock = try LockFile(path: path)
      #expect(try lockElsewhere(path) == 1)
      withExtendedLifetime(lock) {}
    }
    #expect(try lockElsewhere(path) == 0)
  }

  @Test("the lock of another process is refused while it lives, and free after")
  func otherProcessHolds() throws {
    let path = directory.file("lock")
    let holder = Process()
    let (input, output) = (Pipe(), Pipe())
    holder.executableURL = URL(filePath: "/usr/bin/env")
    holder.arguments = ["flock", path, "sh", "-c", "echo 4711 > '\(path)'; echo ready; read _"]
    holder.standardInput = input
    holder.standardOutput = output
    try holder.run()
    _ = output.fileHandleForReading.availableData
    #expect(throws: LockFileError.held(path: path, processID: 4711)) { _ = try LockFile(path: path) }
    try input.fileHandleForWriting.close()
    holder.waitUntilExit()
    _ = try LockFile(path: path)
  }

  @Test("a lock that cannot be made names path and cause")
  func cannotOpen() throws {
    let error = #expect(throws: LockFileError.self) { _ = try LockFile(path: directory.file("absent/lock")) }
    #expect(try #require(error).description.contains("No such file or directory"))
  }
}
