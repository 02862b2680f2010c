import Foundation
import Glibc
import TestSupport
import Testing

@testable import Transmitter

@Suite struct PrivateFileTests {
  private let directory: TemporaryDirectory
  private var path: String { directory.file("secret") }

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test("a file is made for its owner only and read back, long ones too")
  func roundTrip() throws {
    let secret = (0..<10_000).map { UInt8(truncatingIfNeeded: $0) }
    #expect(!PrivateFile.exists(path))
    try PrivateFile.create(path, secret)
    #expect(PrivateFile.exists(path))
    #expect(try mode(path) == 0o600)
    #expect(try PrivateFile.read(path) == secret)
  }

  @Test("an existing file is never overwritten by creation")
  func creationLeavesExisting() throws {
    try PrivateFile.create(path, [1])
    #expect(throws: PrivateFileError.self) { try PrivateFile.create(path, [2]) }
    #expect(try PrivateFile.read(path) == [1])
  }

  @Test("replacement keeps the mode private and leaves no draft, even where an old draft lies about")
  func replacement() throws {
    try PrivateFile.create(path, [1])
    #expect(chmod(path, 0o644) == 0)
    try PrivateFile.create(path + ".new", [9])
    try PrivateFile.replace(path, [2, 3])
    #expect(try PrivateFile.read(path) == [2, 3])
    #expect(try mode(path) == 0o600)
    #expect(!PrivateFile.exists(path + ".new"))
  }

  @Test(
    "a file that others may read is refused, with the command that helps", arguments: [0o640, 0o604, 0o602])
  func readableByOthers(mode: UInt32) throws {
    try PrivateFile.create(path, [1])
    #expect(chmod(path, mode) == 0)
    let error = #expect(throws: PrivateFileError.self) { try PrivateFile.read(path) }
    #expect(try #require(error).description == "others may read \(path); run: chmod 600 \(path)")
  }

  @Test("a link is refused, wherever it points")
  func link() throws {
    try PrivateFile.create(directory.file("target"), [1])
    #expect(symlink(directory.file("target"), path) == 0)
    let error = #expect(throws: PrivateFileError.self) { try PrivateFile.read(path) }
    #expect(try #require(error).description.contains("a secret may not come from a link or device"))
  }

  @Test("a pipe and a directory are refused at once", .timeLimit(.minutes(1)))
  func notAFile() throws {
    #expect(mkfifo(path, 0o600) == 0)
    for path in [path, directory.path] {
      let error = #expect(throws: PrivateFileError.self) { try PrivateFile.read(path) }
      #expect(try #require(error).description.contains("is not a regular file"))
    }
  }

  @Test("only a regular file is copied: a pipe has no beginning, a device no end", .timeLimit(.minutes(1)))
  func copies() throws {
    try PrivateFile.create(directory.file("source"), [1, 2])
    try PrivateFile.copy(directory.file("source"), to: path)
    #expect(try PrivateFile.read(path) == [1, 2])
    #expect(mkfifo(directory.file("pipe"), 0o600) == 0)
    for source in [directory.file("pipe"), "/dev/null", directory.path] {
      let copy = directory.file("copy")
      let error = #expect(throws: PrivateFileError.self) { try PrivateFile.copy(source, to: copy) }
      #expect(try #require(error).description.contains("is not a regular file"))
      #expect(!PrivateFile.exists(copy))
    }
  }

  @Test("a missing file is named with the cause")
  func missing() throws {
    let error = #expect(throws: PrivateFileError.self) { try PrivateFile.read(path) }
    #expect(try #require(error).description == "cannot open \(path): No such file or directory")
  }
}
