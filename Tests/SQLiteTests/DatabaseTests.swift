import Foundation
import Testing

@testable import SQLite

@Suite struct DatabaseTests {
  let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  @Test(
    "settings are in force after opening",
    arguments: [
      ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 20), ("wal_autocheckpoint", 0),
      ("journal_size_limit", 64 << 20), ("cell_size_check", 1), ("trusted_schema", 0), ("auto_vacuum", 2),
      ("temp_store", 2), ("application_id", Int(Database.Configuration.applicationID)), ("user_version", 0),
    ])
  func settings(pragma: String, expected: Int) throws {
    let database = try directory.open()
    #expect(try database.integer("PRAGMA \(pragma)") == expected)
  }

  @Test("the journal is a write-ahead log, and stays one when the file is opened again")
  func journalMode() throws {
    for _ in 1...2 {
      let database = try directory.open()
      #expect(try database.first("PRAGMA journal_mode") { try $0.text(0) } == "wal")
      #expect(try database.integer("PRAGMA auto_vacuum") == 2)
    }
  }

  @Test("a new file and its companions are for the owner only")
  func fileMode() throws {
    let database = try directory.openWithItems()
    defer { database.close() }
    for name in ["test.db", "test.db-wal", "test.db-shm"] {
      let attributes = try FileManager.default.attributesOfItem(atPath: directory.file(name))
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
  }

  @Test("rows are there after close and reopen, and the log is folded into the file")
  func reopen() throws {
    let first = try directory.openWithItems()
    try first.execute("INSERT INTO item (name) VALUES (?)", "kept")
    first.close()
    #expect(!FileManager.default.fileExists(atPath: directory.file("test.db-wal")))
    #expect(try directory.open().itemNames() == ["kept"])
  }

  @Test("a file that is no database is refused, unchanged and closed")
  func textFile() throws {
    let text = Array(String(repeating: "To be, or not to be. ", count: 400).utf8)
    try Data(text).write(to: URL(filePath: directory.file()))
    let error = #expect(throws: SQLiteError.self) { try directory.open() }
    #expect(error?.code == .notADatabase)
    #expect(try directory.contents() == text)
    #expect(try directory.openDescriptors() == 0)
  }

  /// A database with content under another id, 0 for a program that sets none.
  private func openForeign(_ name: String, applicationID: Int32) throws -> Database {
    let configuration = Database.Configuration(applicationID: applicationID, supportedSchema: 0)
    let database = try Database(path: directory.file(name), configuration: configuration)
    try database.executeScript("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
    return database
  }

  @Test("another program's database is refused, unchanged and closed", arguments: [0, 0x4750_4b47])
  func foreignDatabase(applicationID: Int32) throws {
    try openForeign("test.db", applicationID: applicationID).close()
    let before = try directory.contents()
    #expect(throws: SchemaError.notOurs(path: directory.file(), applicationID: applicationID)) {
      try directory.open()
    }
    #expect(try directory.contents() == before)
    #expect(try directory.openDescriptors() == 0)
  }

  @Test("a file that a kill left empty and without a mark is taken as new", arguments: ["DELETE", "WAL"])
  func unmarkedFile(journal: String) throws {
    let unmarked = Database.Configuration(applicationID: 0, supportedSchema: 0)
    let killed = try Database(path: directory.file(), configuration: unmarked)
    try killed.executeScript("PRAGMA journal_mode = \(journal)")
    killed.close()
    #expect(try !directory.contents().isEmpty)
    let database = try directory.openWithItems()
    #expect(try database.integer("PRAGMA application_id") == Int(Database.Configuration.applicationID))
    #expect(try database.integer("PRAGMA auto_vacuum") == 2)
  }

  @Test("a file without a mark that has a schema version is another program's")
  func unmarkedVersion() throws {
    let foreign = try openForeign("test.db", applicationID: 0)
    try foreign.executeScript("DROP TABLE t; PRAGMA user_version = 1")
    foreign.close()
    #expect(throws: SchemaError.notOurs(path: directory.file(), applicationID: 0)) { try directory.open() }
  }

  @Test("another program's log is not folded into its file")
  func foreignLog() throws {
    let foreign = try openForeign("foreign.db", applicationID: 1)
    for suffix in ["", "-wal"] {
      try FileManager.default.copyItem(
        atPath: directory.file("foreign.db\(suffix)"), toPath: directory.file("test.db\(suffix)"))
    }
    foreign.close()
    let (file, log) = (try directory.contents(), try directory.contents("test.db-wal"))
    #expect(!log.isEmpty)
    #expect(throws: SchemaError.notOurs(path: directory.file(), applicationID: 1)) { try directory.open() }
    #expect(try directory.contents() == file)
    #expect(try directory.contents("test.db-wal") == log)
  }

  private func check(_ name: String = "test.db", supportedSchema: Int = 9) throws {
    try Database.check(
      path: directory.file(name), configuration: .testing(supportedSchema: supportedSchema))
  }

  @Test(
    "a check takes our files, open ones too, and makes nothing", arguments: ["a b.db", "100%?x=1#y", "ä"])
  func check(name: String) throws {
    try check(name)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
    let database = try directory.open(name)
    try database.executeScript("CREATE TABLE t (a)")
    try check(name)
    database.close()
    try check(name)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [name])
    #expect(try directory.openDescriptors() == 0)
  }

  @Test("a check refuses what opening refuses, and makes nothing")
  func refusingCheck() throws {
    try openForeign("foreign.db", applicationID: 5).close()
    try openForeign("unmarked.db", applicationID: 0).close()
    try directory.open().executeScript("PRAGMA user_version = 10")
    try Data("this is not a database".utf8).write(to: URL(filePath: directory.file("text.db")))
    let before = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
    #expect(throws: SchemaError.notOurs(path: directory.file("foreign.db"), applicationID: 5)) {
      try check("foreign.db")
    }
    #expect(throws: SchemaError.notOurs(path: directory.file("unmarked.db"), applicationID: 0)) {
      try check("unmarked.db")
    }
    #expect(throws: SchemaError.newer(found: 10, supported: 9)) { try check() }
    let error = #expect(throws: SQLiteError.self) { try check("text.db") }
    #expect(error?.code == .notADatabase)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() == before)
  }

  @Test("P12 a database that failed is closed as it is: file and log stay for who opens them next")
  func keptLog() throws {
    let failed = try directory.openWithItems()
    try failed.execute("INSERT INTO item (name) VALUES ('kept')")
    let (file, log) = (try directory.contents(), try directory.contents("test.db-wal"))
    failed.keepLog()
    failed.close()
    #expect(try directory.contents() == file)
    #expect(try directory.contents("test.db-wal") == log)
    #expect(try directory.open().itemNames() == ["kept"])
  }

  /// A database as a kill in the middle of a checkpoint leaves it: the log is whole, and of the pages that it has for
  /// the file only the first is there, which tells of more pages than the file has.
  private func interruptCheckpoint(of database: Database) throws {
    try database.executeScript("PRAGMA wal_checkpoint(TRUNCATE)")
    try database.transactionally {
      for number in 1...500 { try database.execute("INSERT INTO item (name) VALUES (?)", "name \(number)") }
    }
    for suffix in ["", "-wal"] {
      try FileManager.default.copyItem(
        atPath: directory.file("test.db\(suffix)"), toPath: directory.file("killed.db\(suffix)"))
    }
    try database.executeScript("PRAGMA wal_checkpoint(TRUNCATE)")
    let firstPage = try directory.contents().prefix(try database.integer("PRAGMA page_size"))
    let file = try FileHandle(forWritingTo: URL(filePath: directory.file("killed.db")))
    try file.write(contentsOf: Data(firstPage))
    try file.close()
  }

  @Test("P11 what a kill in the middle of a checkpoint leaves passes a check, and opens with every row")
  func interruptedCheckpoint() throws {
    let database = try directory.openWithItems()
    try interruptCheckpoint(of: database)
    try check("killed.db")
    #expect(try directory.open("killed.db").itemNames() == database.itemNames())
  }

  @Test("a file that is damaged and has no log is refused by a check")
  func damagedFirstPage() throws {
    try interruptCheckpoint(of: directory.openWithItems())
    for log in [nil, Data()] {
      try? FileManager.default.removeItem(atPath: directory.file("killed.db-wal"))
      if let log { try log.write(to: URL(filePath: directory.file("killed.db-wal"))) }
      #expect { try check("killed.db") } throws: {
        ($0 as? SQLiteError).map { ResultCode.corrupt ~= $0.code } ?? false
      }
    }
  }

  @Test("a file of a newer release is refused by opening, unchanged and closed")
  func newerSchema() throws {
    let newer = try directory.open()
    try newer.executeScript("PRAGMA user_version = 10")
    newer.close()
    let before = try directory.contents()
    #expect(throws: SchemaError.newer(found: 10, supported: 9)) { try directory.open() }
    #expect(try directory.contents() == before)
    #expect(try directory.openDescriptors() == 0)
  }

  @Test("a path that cannot be opened is named in the error, with cause and remedy")
  func cannotOpen() throws {
    let missing = directory.file("absent/test.db")
    let error = #expect(throws: SQLiteError.self) {
      try Database(path: missing, configuration: .testing())
    }
    #expect(error?.code == .cantOpen)
    let description = try #require(error).description
    #expect(description.contains(missing))
    #expect(description.contains("No such file or directory"))
    #expect(description.contains("check that the directory exists"))
  }

  @Test("a directory in the file's place is refused")
  func directoryAsFile() throws {
    let error = #expect(throws: SQLiteError.self) {
      try Database(path: directory.path, configuration: .testing())
    }
    #expect(error?.code.primary == .cantOpen)
  }

  @Test("another writer makes a statement fail as busy after the time-out")
  func busy() throws {
    let holder = try directory.openWithItems()
    let other = try directory.open()
    let refused = try holder.transactionally { Result { try other.transactionally {} } }
    #expect { try refused.get() } throws: { ResultCode.busy ~= $0 }
    try other.transactionally {}
  }

  @Test("close gives up every descriptor, also with rows unread")
  func close() throws {
    let database = try directory.openWithItems()
    try database.execute("INSERT INTO item (name) VALUES ('a'), ('b')")
    _ = try database.first("SELECT name FROM item") { try $0.text(0) }
    database.close()
    database.close()
    #expect(try directory.openDescriptors() == 0)
  }
}
