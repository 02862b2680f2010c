import Foundation
import Glibc
import SQLite
import TestSupport
import Testing

@testable import Transmitter

@Suite struct StateDirectoryTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  /// What refuses the path; nil if it is taken.
  private func refusal(of path: String) -> (any Error)? {
    do {
      try StateDirectory.prepare(path)
      return nil
    } catch {
      return error
    }
  }

  @Test("a missing directory is made for its owner only, and an existing one is taken")
  func creation() throws {
    let path = directory.file("state")
    let first = try StateDirectory(path: path)
    #expect(try mode(path) == 0o700)
    #expect(first.files.database == path + "/transmitter.sqlite")
    try StateDirectory.prepare(path)
  }

  @Test("a directory whose parent is missing is refused, naming cause and remedy")
  func missingParent() throws {
    let text = "\(try #require(refusal(of: directory.file("a/b/c"))))"
    #expect(text.contains("cannot create the state directory"))
    #expect(text.contains("No such file or directory"))
    #expect(text.contains("set state_directory elsewhere"))
  }

  @Test("a file in place of the directory is refused")
  func notADirectory() throws {
    try PrivateFile.create(directory.file("file"), [])
    #expect("\(try #require(refusal(of: directory.file("file"))))".contains("is not a directory"))
  }

  @Test("a directory that anyone may write to is refused, with the command that helps")
  func worldWritable() throws {
    let path = directory.file("open")
    try StateDirectory.prepare(path)
    #expect(chmod(path, 0o777) == 0)
    #expect("\(try #require(refusal(of: path)))".contains("chmod 700 \(path)"))
  }

  /// Where not even root may write, if this system has such a place.
  private static let unwritable = ["/proc/sys", "/sys", "/proc/self"].first { (path: String) in
    access(path, W_OK) != 0
  }

  @Test("a directory that cannot be written to is refused", .enabled(if: unwritable != nil))
  func notWritable() throws {
    let path = try #require(Self.unwritable)
    #expect("\(try #require(refusal(of: path)))".contains("cannot write to the state directory \(path)"))
  }

  @Test("a second holder is refused while the first lives, and told who that is")
  func secondHolder() throws {
    let path = directory.file("state")
    var first: StateDirectory? = try StateDirectory(path: path)
    let error = #expect(throws: LockFileError.self) { try StateDirectory(path: path) }
    #expect(error == .held(path: path + "/lock", processID: getpid()))
    withExtendedLifetime(first) {}
    first = nil
    _ = try StateDirectory(path: path)
  }
}
