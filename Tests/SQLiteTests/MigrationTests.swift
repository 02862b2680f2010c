import Testing

@testable import SQLite

@Suite struct MigrationTests {
  private let steps = [
    Migration(number: 1, name: "streams", sql: "CREATE TABLE stream (id TEXT PRIMARY KEY) STRICT;"),
    Migration(
      number: 2, name: "events",
      sql: "CREATE TABLE event (id INTEGER PRIMARY KEY) STRICT; INSERT INTO stream VALUES ('s');"),
    Migration(number: 3, name: "names", sql: "ALTER TABLE stream ADD COLUMN name TEXT;"),
  ]
  let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  @Test("a new file gets every migration once")
  func fresh() throws {
    let database = try directory.open()
    #expect(try database.schemaVersion == 0)
    try database.migrate(steps)
    try database.migrate(steps)
    #expect(try database.schemaVersion == 3)
    #expect(try database.query("SELECT id, name FROM stream") { try $0.optionalText(1) } == [nil])
  }

  @Test("an older file gets the migrations it lacks", arguments: 0...3)
  func stepwise(released: Int) throws {
    let older = try directory.open()
    try older.migrate(Array(steps.prefix(released)))
    older.close()
    let database = try directory.open()
    #expect(try database.schemaVersion == released)
    try database.migrate(steps)
    #expect(try database.schemaVersion == 3)
    #expect(try database.integer("SELECT count(*) FROM stream") == 1)
  }

  @Test("a file beyond the last migration is refused, both versions named")
  func newer() throws {
    let database = try directory.open()
    try database.migrate(steps)
    let error = #expect(throws: SchemaError.self) { try database.migrate(Array(steps.prefix(2))) }
    #expect(error == .newer(found: 3, supported: 2))
    #expect(try #require(error).description.contains("schema 3"))
    #expect(try database.schemaVersion == 3)
  }

  @Test("a migration that fails leaves the version and the tables before it")
  func failing() throws {
    let database = try directory.open()
    let broken = Migration(number: 3, name: "broken", sql: "CREATE TABLE extra (a); CREATE TABLE stream (a);")
    let error = #expect(throws: SchemaError.self) {
      try database.migrate(Array(steps.prefix(2)) + [broken])
    }
    guard case .migrationFailed(3, "broken", let cause)? = error else {
      Issue.record("unexpected \(String(describing: error))")
      return
    }
    #expect(cause.message.contains("stream"))
    #expect(try database.schemaVersion == 2)
    #expect(try database.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'extra'") == 0)
    try database.migrate(steps)
    #expect(try database.schemaVersion == 3)
  }
}
