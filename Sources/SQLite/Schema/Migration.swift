/// One step of the schema: a script that takes version `number - 1` to `number`.
///
/// Once released, a migration is never edited; a correction is a further migration.
package struct Migration: Sendable {
  /// The schema version the script arrives at, counted from 1 without gaps.
  package let number: Int
  package let name: String
  /// One or more statements, run in one transaction; must not begin or end one.
  package let sql: String

  package init(number: Int, name: String, sql: String) {
    self.number = number
    self.name = name
    self.sql = sql
  }
}

extension Database {
  /// The number of the last migration applied; 0 for a new file (`PRAGMA user_version`).
  package var schemaVersion: Int {
    get throws { try integer("PRAGMA user_version") }
  }

  /// Applies the migrations the file lacks, each in a transaction of its own with its `user_version`, so that an
  /// interrupted run leaves a version that a later run continues from.
  ///
  /// - Parameter migrations: all of them, numbered 1…n in order.
  /// - Throws: `SchemaError.newer` if the file is beyond the last, `SchemaError.migrationFailed`, `SQLiteError`.
  package func migrate(_ migrations: [Migration]) throws {
    try apply(migrations, beyond: schemaVersion) { try executeScript("PRAGMA user_version = \($0)") }
  }

  /// Applies what a file at `version` lacks.
  ///
  /// - Parameter record: notes the version that is reached, in the transaction that reaches it.
  func apply(_ migrations: [Migration], beyond version: Int, record: (Int) throws -> Void) throws {
    precondition(
      migrations.map(\.number) == Array(1..<migrations.count + 1), "migrations are numbered 1…n in order")
    guard version <= migrations.count else {
      throw SchemaError.newer(found: version, supported: migrations.count)
    }
    for migration in migrations.dropFirst(version) {
      try apply(migration, record: record)
    }
  }

  private func apply(_ migration: Migration, record: (Int) throws -> Void) throws {
    do {
      try transactionally {
        try executeScript(migration.sql)
        try record(migration.number)
      }
    } catch let cause as SQLiteError {
      throw SchemaError.migrationFailed(number: migration.number, name: migration.name, cause: cause)
    }
  }
}
