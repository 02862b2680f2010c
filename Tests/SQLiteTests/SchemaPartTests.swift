import Testing

@testable import SQLite

@Suite struct SchemaPartTests {
  private let main = [Migration(number: 1, name: "streams", sql: "CREATE TABLE stream (id TEXT) STRICT;")]
  private let more = Migration(number: 2, name: "more", sql: "CREATE TABLE further (id TEXT) STRICT;")
  private let part = SchemaPart(
    name: "sources",
    migrations: [
      Migration(number: 1, name: "sources", sql: "CREATE TABLE source (id TEXT) STRICT;"),
      Migration(number: 2, name: "names", sql: "ALTER TABLE source ADD COLUMN name TEXT;"),
    ])
  let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func part(upTo number: Int) -> SchemaPart {
    SchemaPart(name: part.name, migrations: Array(part.migrations.prefix(number)))
  }

  @Test("the tables of a part are versioned apart from the others, whichever grows first")
  func apart() throws {
    let database = try directory.open()
    try database.migrate(main)
    try database.migrate(part(upTo: 1))
    try database.migrate(main + [more])
    try database.migrate(part)
    try database.migrate(part)
    #expect(try database.schemaVersion == 2)
    #expect(try database.version(of: part) == 2)
    #expect(try database.query("SELECT id, name FROM source") { try $0.text(0) } == [])
  }

  @Test("a file that is beyond a part is refused, and left as it is")
  func newer() throws {
    let database = try directory.open()
    try database.migrate(main)
    try database.migrate(part)
    #expect(throws: SchemaError.newer(found: 2, supported: 1)) { try database.migrate(part(upTo: 1)) }
    database.close()
    let older = Database.Configuration(
      applicationID: Database.Configuration.applicationID, supportedSchema: 1, parts: [part(upTo: 1)])
    let path = directory.file()
    #expect(throws: SchemaError.newer(found: 2, supported: 1)) {
      try Database(path: path, configuration: older)
    }
  }

  @Test("a file without parts is at version 0 of each")
  func none() throws {
    let database = try directory.open()
    try database.migrate(main)
    #expect(try database.version(of: part) == 0)
  }
}
