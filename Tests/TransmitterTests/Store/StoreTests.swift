import SQLite
import TestSupport
import Testing

@testable import Transmitter

@Suite struct StoreTests {
  private let directory: TemporaryDirectory
  private var path: String { directory.file("store.sqlite") }

  init() throws {
    directory = try TemporaryDirectory()
  }

  @Test("a new file has the newest schema, and opening it again keeps what is in it")
  func migrations() async throws {
    let store = try Store(path: path)
    #expect(try await store.read { try $0.schemaVersion } == Schema.migrations.count)
    #expect(try await !store.holdsSecrets)
    try await store.transaction { transaction in
      try transaction.insertClient("kept")
      try transaction.insertStream(5)
      transaction.count(.accepted, 3, of: 5)
      transaction.count(.dead, of: 5)
    }
    try await store.close()

    let reopened = try Store(path: path)
    #expect(try await reopened.read { try $0.loadClients().map(\.id) } == ["kept"])
    #expect(reopened.ledger.totals(of: 5).accepted == 3)
    #expect(reopened.ledger.totals(of: 5).pending == 2)
    try await reopened.close()
  }

  @Test("every migration is numbered by its place")
  func numbering() {
    #expect(Schema.migrations.map(\.number) == Array(1...Schema.migrations.count))
  }

  @Test("a file of a newer release and one of another program are refused")
  func refusedFiles() throws {
    for (name, id, version) in [("newer", Schema.applicationID, 99), ("foreign", 1, 1)] {
      let file = directory.file(name)
      let database = try Database(
        path: file, configuration: Database.Configuration(applicationID: id, supportedSchema: 99))
      try database.executeScript("CREATE TABLE t (a INTEGER); PRAGMA user_version = \(version)")
      database.close()
      #expect(throws: SchemaError.self) { try Store(path: file) }
    }
  }

  @Test("a file that is no database is refused")
  func noDatabase() throws {
    try PrivateFile.create(path, Array(String(repeating: "not a database. ", count: 300).utf8))
    let error = #expect(throws: StoreError.self) { try Store(path: path) }
    #expect(try #require(error).description.contains("the path names a file of another kind"))
  }

  @Test("every statement on pending deliveries is an index look-up")
  func queryPlans() async throws {
    let store = try Store(path: path)
    let statements = [
      "SELECT seq FROM delivery WHERE stream = 1 AND state = 0 AND place > 0 AND due_ms <= 5 ORDER BY due_ms, seq",
      "SELECT due_ms FROM delivery WHERE stream = 1 AND state = 0 AND place > 0 AND due_ms > 5 ORDER BY due_ms",
      "SELECT seq FROM delivery WHERE stream = 1 AND order_key = x'00' AND state = 0 AND place < 2 ORDER BY seq",
      "SELECT max(seq) FROM delivery WHERE stream = 1 AND state = 0",
      "SELECT seq, order_key FROM delivery WHERE stream = 1 AND state = 0 AND seq <= 7 ORDER BY seq",
    ]
    for statement in statements {
      let plan = try await store.read { try $0.query("EXPLAIN QUERY PLAN " + statement) { try $0.text(3) } }
      #expect(plan.count == 1 && plan[0].hasPrefix("SEARCH"), "\(plan) for \(statement)")
    }
    try await store.close()
  }

  @Test(
    "what tells of a stream's own stop is found without what the stream holds",
    arguments: [Database.dueFarewell, Database.waitingFarewell, Database.pendingFarewells])
  func farewellPlans(statement: String) async throws {
    let store = try Store(path: path)
    let plan = try await store.read {
      try $0.query("EXPLAIN QUERY PLAN " + statement.replacing("?", with: "1")) { try $0.text(3) }
    }
    #expect(plan[0].contains("delivery_farewell (stream=?"), "\(plan)")
    try await store.close()
  }
}
