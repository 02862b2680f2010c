import Foundation
import TestSupport
import Testing

@testable import Transmitter

@Suite struct BallastTests {
  private static let bytes = 1 << 20
  private let directory: TemporaryDirectory
  private let ballast: Ballast

  init() throws {
    directory = try TemporaryDirectory()
    ballast = Ballast(path: directory.file("ballast"), bytes: Self.bytes)
  }

  /// The bytes that the disk has given the file.
  private func allocated() throws -> Int {
    var status = stat()
    guard stat(ballast.path, &status) == 0 else { throw SystemError() }
    return Int(status.st_blocks) * 512
  }

  private struct SystemError: Error {}

  @Test("P12 the ballast takes its size of the disk, and nothing when it is given up")
  func sizes() throws {
    #expect(try ballast.fill())
    #expect((Self.bytes..<Self.bytes + 65_536).contains(try allocated()))
    try ballast.release()
    #expect(try allocated() == 0)
    #expect(try ballast.fill())
    #expect(try allocated() >= Self.bytes)
  }

  @Test("a file of the right length that takes no space is no ballast, nor is one of another length")
  func holes() throws {
    for length in [Self.bytes, 3 * Self.bytes, 5] {
      try Data().write(to: URL(filePath: ballast.path))
      #expect(truncate(ballast.path, length) == 0)
      #expect(try ballast.fill())
      #expect((Self.bytes..<Self.bytes + 65_536).contains(try allocated()))
    }
  }

  @Test("what is in the ballast's place and is no file is an error")
  func noFile() throws {
    try FileManager.default.createDirectory(atPath: ballast.path, withIntermediateDirectories: false)
    #expect(throws: PrivateFileError.self) { try ballast.fill() }
    #expect(throws: PrivateFileError.self) { try ballast.release() }
  }
}
