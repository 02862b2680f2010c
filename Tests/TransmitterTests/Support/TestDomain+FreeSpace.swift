import SQLite

@testable import Transmitter

extension TestDomain {
  /// Has the database file grow, and hold so much that is free.
  func fillFile(megabytes: Int) async throws {
    try await store.transaction { transaction in
      for number in 0..<megabytes {
        try transaction.database.execute(
          """
          INSERT INTO client (id, description, scopes, created_ms)
          VALUES (?, hex(zeroblob(\(1 << 19))), '', 0)
          """,
          "filler \(number)")
      }
    }
    try await store.transaction { try $0.database.execute("DELETE FROM client WHERE id LIKE 'filler %'") }
  }

  /// What the file takes of the disk.
  var fileBytes: Int {
    get throws { try PrivateFile.size(of: world.databasePath) }
  }
}
