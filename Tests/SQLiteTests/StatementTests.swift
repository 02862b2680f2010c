import Testing

@testable import SQLite

@Suite struct StatementTests {
  let directory: TemporaryDirectory
  let database: Database

  init() throws {
    directory = try TemporaryDirectory()
    database = try directory.openWithItems()
  }

  @Test("a statement is prepared once for all its uses")
  func cache() throws {
    let before = database.statements.count
    for index in 0..<10 {
      try database.execute("INSERT INTO item (name) VALUES (?)", "item \(index)")
    }
    #expect(database.statements.count == before + 1)
    #expect(try database.itemNames().count == 10)
  }

  @Test("a statement that failed works again, without the values of the failed use")
  func reuseAfterError() throws {
    let insert = "INSERT INTO item (id, name) VALUES (?, ?)"
    try database.execute(insert, 1, "one")
    #expect(throws: SQLiteError.self) { try database.execute(insert, 2, "one") }
    try database.execute(insert, 2, "two")
    #expect(throws: SQLiteError.self) { try database.execute(insert, 3, String?.none) }
    #expect(try database.itemNames() == ["one", "two"])
  }

  @Test("a map that throws leaves the statement ready for the next caller")
  func reuseAfterThrowingMap() throws {
    struct Refused: Error {}
    try database.execute("INSERT INTO item (name) VALUES ('a'), ('b')")
    let names = "SELECT name FROM item ORDER BY id"
    #expect(throws: Refused.self) { try database.query(names) { _ in throw Refused() } }
    #expect(try database.query(names) { try $0.text(0) } == ["a", "b"])
    try database.executeScript("DROP TABLE item")
  }

  @Test("a query may run itself inside its map")
  func recursion() throws {
    try database.execute("INSERT INTO item (name) VALUES ('a'), ('b')")
    let names = "SELECT name FROM item ORDER BY id"
    var inner: [[String]] = []
    let outer = try database.query(names) { row in
      try #require(inner.count < 2, "the inner run set the outer back to its first row")
      inner.append(try database.query(names) { try $0.text(0) })
      return try row.text(0)
    }
    #expect(outer == ["a", "b"])
    #expect(inner == [["a", "b"], ["a", "b"]])
  }

  @Test("a cached statement follows a change of the schema")
  func schemaChange() throws {
    try database.execute("INSERT INTO item (name) VALUES ('a')")
    #expect(try database.query("SELECT * FROM item") { try $0.text(1) } == ["a"])
    try database.executeScript("ALTER TABLE item ADD COLUMN size INTEGER NOT NULL DEFAULT 7")
    #expect(try database.query("SELECT * FROM item") { try $0.int(2) } == [7])
  }

  @Test("first answers nil when there is no row")
  func firstOfNone() throws {
    #expect(try database.first("SELECT name FROM item WHERE id = ?", 5) { try $0.text(0) } == nil)
  }

  @Test("changes and the last row id tell of the last insert")
  func counters() throws {
    try database.execute("INSERT INTO item (id, name) VALUES (?, ?), (?, ?)", 41, "a", 42, "b")
    #expect(database.changes() == 2)
    #expect(database.lastInsertedRowID == 42)
    try database.execute("DELETE FROM item WHERE id = 99")
    #expect(database.changes() == 0)
  }

  @Test("values and parameters must be of one number", arguments: [[], ["a", "b"]])
  func parameterCount(values: [String]) throws {
    let insert = "INSERT INTO item (name) VALUES (?)"
    let error = #expect(throws: SQLiteError.self) {
      if values.isEmpty { try database.execute(insert) } else { try database.execute(insert, "a", "b") }
    }
    #expect(error?.code == .range)
    try database.execute(insert, "a")
  }

  @Test(
    "one call takes one statement",
    arguments: [
      "", "-- nothing", "SELECT 1; SELECT 2", "DELETE FROM item; DELETE FROM item",
    ])
  func oneStatement(sql: String) {
    let error = #expect(throws: SQLiteError.self) { try database.execute(sql) }
    #expect(error?.code == .misuse)
  }

  @Test("a statement may end in a semicolon and blank lines")
  func trailingSemicolon() throws {
    try database.execute("DELETE FROM item;\n\n")
  }

  @Test("a misspelt column in double quotes is an error, not a string")
  func doubleQuotes() {
    #expect(throws: SQLiteError.self) { try database.execute("DELETE FROM item WHERE \"nmae\" = 'a'") }
  }
}
