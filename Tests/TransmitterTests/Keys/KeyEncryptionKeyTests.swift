import Glibc
import TestSupport
import Testing

@testable import Transmitter

@Suite struct KeyEncryptionKeyTests {
  private let directory: TemporaryDirectory
  private let environment = Environment.testing(clock: TestClock())
  private var path: String { directory.file("key-encryption-key") }

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func load(mayCreate: Bool) throws -> [UInt8] {
    try KeyEncryptionKey.load(from: path, mayCreate: mayCreate, environment: environment)
  }

  @Test("the first start makes a key, and every later one reads the same")
  func creation() throws {
    let key = try load(mayCreate: true)
    #expect(key.count == 32)
    #expect(try PrivateFile.read(path).count == 65)
    #expect(try load(mayCreate: true) == key)
    #expect(try load(mayCreate: false) == key)
  }

  @Test("a key that was lost is asked for, never replaced")
  func missing() throws {
    let error = #expect(throws: KeyEncryptionKeyError.self) { try load(mayCreate: false) }
    #expect(try #require(error).description.contains("put the file back"))
    #expect(!PrivateFile.exists(path))
  }

  @Test("a key written by hand is taken, with or without a line end and in either case of letters")
  func handWritten() throws {
    let key = (0..<32).map { UInt8($0 * 8) }
    let digits = "0008101820283038404850586068707880889098a0a8b0b8c0c8d0d8e0e8f0f8"
    for text in [digits, digits + "\n", digits.uppercased()] {
      try PrivateFile.replace(path, Array(text.utf8))
      #expect(try load(mayCreate: false) == key)
    }
  }

  @Test(
    "a file that holds no key is refused",
    arguments: [
      "", "\n", "00", String(repeating: "0", count: 63), String(repeating: "0", count: 66),
      String(repeating: "g", count: 64), String(repeating: "0", count: 64) + " ",
      String(repeating: "0", count: 64) + "\r\n",
    ])
  func malformed(text: String) throws {
    try PrivateFile.create(path, Array(text.utf8))
    let error = #expect(throws: KeyEncryptionKeyError.self) { try load(mayCreate: true) }
    #expect(try #require(error).description.contains("must be 64 hexadecimal digits on one line"))
  }

  @Test("a key that others may read is refused")
  func readableByOthers() throws {
    _ = try load(mayCreate: true)
    #expect(chmod(path, 0o644) == 0)
    #expect(throws: PrivateFileError.self) { try load(mayCreate: true) }
  }
}
