import SQLite

@testable import Transmitter

extension TestDomain {
  /// Lets every change of a table, by default every outcome of a delivery, run out of space: the file may not grow,
  /// and each change needs it to.
  func fillDisk(atChangesOf table: String = "delivery") async throws {
    try await store.read { database in
      try database.executeScript(
        """
        CREATE TEMP TRIGGER full AFTER UPDATE ON \(table) BEGIN
          INSERT INTO client (id, description, scopes, created_ms)
          VALUES ('filler', hex(zeroblob(1000000)), '', 0);
        END;
        PRAGMA max_page_count = 1;
        """)
    }
  }

  /// Ends what ``fillDisk()`` began.
  func freeDisk() async throws {
    try await store.read { database in
      try database.executeScript("DROP TRIGGER full; PRAGMA max_page_count = 1000000;")
    }
  }
}
