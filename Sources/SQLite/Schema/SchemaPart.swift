/// Tables of one part of the program beside those of others, with a version of their own.
///
/// Parts grow independently: a migration added to one has no number that another part could have used already in
/// somebody's file.
package struct SchemaPart: Sendable {
  /// Stands in the file beside the version: never changed.
  package let name: String
  /// All of them, numbered 1…n in order.
  package let migrations: [Migration]

  package init(name: String, migrations: [Migration]) {
    self.name = name
    self.migrations = migrations
  }
}

extension Database {
  /// The number of the part's last migration applied; 0 before the first.
  package func version(of part: SchemaPart) throws -> Int {
    guard try integer("SELECT count(*) FROM sqlite_schema WHERE name = 'schema_part'") > 0 else { return 0 }
    return try first("SELECT version FROM schema_part WHERE name = ?", part.name) { try $0.int(0) } ?? 0
  }

  /// Applies the part's migrations that the file lacks, each in a transaction of its own.
  ///
  /// - Throws: `SchemaError.newer` if the file is beyond the last, `SchemaError.migrationFailed`, `SQLiteError`.
  package func migrate(_ part: SchemaPart) throws {
    try execute(
      "CREATE TABLE IF NOT EXISTS schema_part (name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT")
    try apply(part.migrations, beyond: version(of: part)) { number in
      try execute("INSERT OR REPLACE INTO schema_part (name, version) VALUES (?, ?)", part.name, number)
    }
  }

  func checkVersion(of part: SchemaPart) throws {
    let version = try version(of: part)
    guard version <= part.migrations.count else {
      throw SchemaError.newer(found: version, supported: part.migrations.count)
    }
  }
}
