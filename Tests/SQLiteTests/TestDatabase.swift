import Foundation

@testable import SQLite

/// A directory of its own for one test, removed with the value.
final class TemporaryDirectory {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "sqlite-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  func file(_ name: String = "test.db") -> String { "\(path)/\(name)" }

  func contents(_ name: String = "test.db") throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: file(name))))
  }

  func open(_ name: String = "test.db", supportedSchema: Int = 9) throws -> Database {
    try Database(path: file(name), configuration: .testing(supportedSchema: supportedSchema))
  }

  /// A database with the table `item (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL)`.
  func openWithItems() throws -> Database {
    let database = try open()
    try database.executeScript(
      "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL) STRICT")
    return database
  }

  /// File descriptors of this process that are open on files in the directory.
  func openDescriptors() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter { descriptor in
      let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")
      return target?.hasPrefix(path) ?? false
    }.count
  }
}

extension Database.Configuration {
  static let applicationID: Int32 = 0x5353_4654

  static func testing(supportedSchema: Int = 9) -> Self {
    Self(applicationID: applicationID, supportedSchema: supportedSchema, busyTimeoutMilliseconds: 20)
  }
}

extension Database {
  func itemNames() throws -> [String] {
    try query("SELECT name FROM item ORDER BY id") { try $0.text(0) }
  }
}
