import Foundation
import Testing

@testable import SQLite

@Suite struct UpkeepTests {
  let directory: TemporaryDirectory
  let database: Database

  init() throws {
    directory = try TemporaryDirectory()
    database = try directory.openWithItems()
  }

  private func fill(_ names: Range<Int>) throws {
    try database.transactionally {
      for name in names {
        try database.execute(
          "INSERT INTO item (name) VALUES (?)", "\(name) " + String(repeating: "x", count: 500))
      }
    }
  }

  @Test(
    "the log grows with commits and a checkpoint empties it",
    arguments: [Database.CheckpointMode.passive, .truncate])
  func checkpoint(mode: Database.CheckpointMode) throws {
    try fill(0..<200)
    #expect(database.walBytes > 100_000)
    let result = try database.checkpoint(mode)
    #expect(result.checkpointedPages == result.walPages)
    #expect(database.walBytes == 0)
    try fill(200..<201)
    #expect((1..<100_000).contains(database.walBytes))
  }

  @Test("truncate leaves a log file of no bytes")
  func truncate() throws {
    try fill(0..<50)
    try database.checkpoint(.truncate)
    #expect(try directory.contents("test.db-wal").isEmpty)
  }

  @Test("a checkpoint held up by a reader says how far it came")
  func heldUp() throws {
    let reader = try directory.open()
    try fill(0..<10)
    try reader.transactionally {
      _ = try reader.itemNames()
    }
    try reader.executeScript("BEGIN; SELECT count(*) FROM item;")
    try fill(10..<200)
    let result = try database.checkpoint(.passive)
    #expect(result.checkpointedPages < result.walPages)
    #expect(database.walBytes > 0)
    #expect { try database.checkpoint(.truncate) } throws: { ResultCode.busy ~= $0 }
  }

  @Test("a sound file has no problems")
  func sound() throws {
    try fill(0..<50)
    #expect(try database.integrityCheck().isEmpty)
    #expect(try database.quickCheck().isEmpty)
  }

  @Test("a damaged file's problems are listed")
  func damaged() throws {
    try fill(0..<500)
    try database.executeScript("CREATE INDEX backwards ON item (name DESC)")
    try database.executeScript(
      """
      PRAGMA writable_schema = ON;
      UPDATE sqlite_schema SET sql = replace(sql, 'DESC', 'ASC') WHERE name = 'backwards';
      """)
    database.close()
    #expect(try !directory.open().integrityCheck().isEmpty)
  }

  @Test("a backup in slices holds what was written meanwhile")
  func backup() throws {
    try fill(0..<500)
    var slices = 0
    var backup = try database.backup(to: directory.file("copy.db"))
    while try backup.step(pages: 10) {
      slices += 1
      if slices == 3 { try fill(500..<510) }
    }
    #expect(slices > 3)
    let copy = try directory.open("copy.db")
    #expect(try copy.itemNames() == database.itemNames())
    #expect(try copy.integrityCheck().isEmpty)
  }

  @Test("a backup does not overwrite a file")
  func backupOverFile() throws {
    try Data("precious".utf8).write(to: URL(filePath: directory.file("copy.db")))
    #expect { _ = try database.backup(to: directory.file("copy.db")) } throws: { ResultCode.cantOpen ~= $0 }
    #expect(try directory.contents("copy.db") == Array("precious".utf8))
  }

  @Test("the library's version is known")
  func version() {
    #expect(sqliteVersion.hasPrefix("3."))
  }
}
