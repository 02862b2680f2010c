import SQLite

@testable import Transmitter

/// Another process that holds a domain's database locked, for longer than the domain has patience.
final class DatabaseLock: Sendable {
  private nonisolated(unsafe) let database: Database

  init(of domain: TestDomain) async throws {
    try await domain.store.read { try $0.executeScript("PRAGMA busy_timeout = 1") }
    database = try Database(
      path: domain.world.databasePath,
      configuration: Database.Configuration(
        applicationID: Schema.applicationID, supportedSchema: Schema.migrations.count))
    try database.executeScript("BEGIN IMMEDIATE")
  }

  /// Lets go; must be called once.
  func release() throws {
    try database.executeScript("ROLLBACK")
    database.close()
  }
}
