import SQLite
import Synchronization

@testable import Transmitter

/// Another connection to a store's file, which sees committed rows only: what a crash would leave.
final class SecondReader: Sendable {
  private nonisolated(unsafe) let database: Database
  private let turn = Mutex(())

  init(path: String) throws {
    database = try Database(
      path: path,
      configuration: Database.Configuration(
        applicationID: Schema.applicationID, supportedSchema: Schema.migrations.count))
  }

  /// The ids of the clients that are committed.
  func clients() throws -> Set<String> {
    try turn.withLock { _ in Set(try database.query("SELECT id FROM client") { try $0.text(0) }) }
  }
}
