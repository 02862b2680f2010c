import Glibc
import Testing

@testable import SQLite

@Suite struct ResultCodeTests {
  let directory: TemporaryDirectory
  let database: Database

  init() throws {
    directory = try TemporaryDirectory()
    database = try directory.open()
    try database.executeScript(
      """
      CREATE TABLE owner (id INTEGER PRIMARY KEY) STRICT;
      CREATE TABLE thing (
        id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, size INTEGER CHECK (size < 9),
        owner INTEGER REFERENCES owner (id)
      ) STRICT;
      INSERT INTO thing (id, name) VALUES (1, 'one');
      """)
  }

  @Test(
    "a broken constraint is told by its extended code",
    arguments: [
      ("INSERT INTO thing (name) VALUES ('one')", ResultCode.constraintUnique),
      ("INSERT INTO thing (id, name) VALUES (1, 'x')", .constraintPrimaryKey),
      ("INSERT INTO thing (name) VALUES (NULL)", .constraintNotNull),
      ("INSERT INTO thing (name, size) VALUES ('x', 9)", .constraintCheck),
      ("INSERT INTO thing (name, owner) VALUES ('x', 5)", .constraintForeignKey),
      ("INSERT INTO thing (name, size) VALUES ('x', 'big')", .constraintDataType),
    ])
  func constraints(sql: String, code: ResultCode) {
    let error = #expect(throws: SQLiteError.self) { try database.execute(sql) }
    #expect(error?.code == code)
  }

  @Test("a primary code catches its extended codes, an extended code only itself")
  func patterns() {
    #expect(ResultCode.constraint ~= .constraintUnique)
    #expect(ResultCode.constraintUnique ~= .constraintUnique)
    #expect(!(ResultCode.constraintUnique ~= .constraintCheck))
    #expect(!(ResultCode.constraintUnique ~= .constraint))
    #expect(!(ResultCode.busy ~= .constraintUnique))
    do {
      try database.execute("INSERT INTO thing (name) VALUES ('one')")
      Issue.record("the constraint did not hold")
    } catch ResultCode.constraintCheck {
      Issue.record("another extended code matched")
    } catch ResultCode.constraint {
    } catch {
      Issue.record("the primary code did not match")
    }
  }

  @Test(
    "P12 a disk or a share of it that is used up is full, unless a sync fails for it",
    arguments: [
      (ResultCode.ioErrorWrite, ENOSPC, ResultCode.full), (.ioErrorWrite, EDQUOT, .full),
      (.ioErrorTruncate, ENOSPC, .full), (.ioErrorSharedMemorySize, ENOSPC, .full),
      (.ioErrorFsync, ENOSPC, .ioErrorFsync), (.ioErrorFsync, EDQUOT, .ioErrorFsync),
      (.ioErrorDirectoryFsync, ENOSPC, .ioErrorDirectoryFsync), (.ioErrorWrite, EIO, .ioErrorWrite),
      (.full, ENOSPC, .full), (.busy, ENOSPC, .busy),
    ])
  func fullDisk(code: ResultCode, cause: Int32, expected: ResultCode) {
    #expect(ResultCode(rawValue: code.rawValue, cause: cause) == expected)
  }

  @Test("extended codes have the numbers of sqlite3.h")
  func numbers() {
    #expect(ResultCode.constraintUnique.rawValue == 2067)
    #expect(ResultCode.ioErrorFsync.rawValue == 1034)
    #expect(ResultCode.busySnapshot.rawValue == 517)
    #expect(ResultCode.ioErrorFsync.primary == .ioError)
  }

  @Test("an error shows the statement and never a bound value")
  func secrets() throws {
    try database.execute("INSERT INTO thing (name) VALUES (?)", "s3cret")
    let error = #expect(throws: SQLiteError.self) {
      try database.execute("INSERT INTO thing (name) VALUES (?)", "s3cret")
    }
    let description = try #require(error).description
    #expect(!description.contains("s3cret"))
    #expect(description.contains("UNIQUE constraint failed: thing.name [SQLite 2067]"))
    #expect(description.contains("VALUES (?)"))
  }

  @Test("a full disk is told as such, with the remedy")
  func full() throws {
    try database.executeScript("PRAGMA max_page_count = 8")
    let error = #expect(throws: SQLiteError.self) {
      try database.execute("INSERT INTO thing (name) VALUES (?)", String(repeating: "x", count: 100_000))
    }
    #expect(error?.code == .full)
    #expect(try #require(error).description.contains("free space"))
  }
}
