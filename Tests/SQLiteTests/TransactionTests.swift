import Testing

@testable import SQLite

@Suite struct TransactionTests {
  private struct Refused: Error {}

  let directory: TemporaryDirectory
  let database: Database

  init() throws {
    directory = try TemporaryDirectory()
    database = try directory.openWithItems()
  }

  private func insert(_ name: String) throws {
    try database.execute("INSERT INTO item (name) VALUES (?)", name)
  }

  @Test("a transaction keeps all of its changes")
  func commit() throws {
    let wasInside = try database.transactionally {
      try insert("a")
      try insert("b")
      return database.isInTransaction
    }
    #expect(wasInside)
    #expect(!database.isInTransaction)
    #expect(try database.itemNames() == ["a", "b"])
  }

  @Test("a transaction that throws keeps none of its changes")
  func rollback() throws {
    #expect(throws: Refused.self) {
      try database.transactionally {
        try insert("a")
        throw Refused()
      }
    }
    #expect(!database.isInTransaction)
    #expect(try database.itemNames().isEmpty)
  }

  @Test("a commit that fails keeps nothing and leaves no transaction open")
  func failedCommit() throws {
    try database.executeScript(
      "CREATE TABLE part (item INTEGER REFERENCES item (id) DEFERRABLE INITIALLY DEFERRED) STRICT")
    #expect { try database.transactionally { try database.execute("INSERT INTO part VALUES (5)") } } throws: {
      ResultCode.constraintForeignKey ~= $0
    }
    #expect(!database.isInTransaction)
    #expect(try database.integer("SELECT count(*) FROM part") == 0)
  }

  @Test("a reading sees one state, and is over also when it throws")
  func reading() throws {
    try insert("a")
    let wasInside = try database.reading { database.isInTransaction }
    #expect(wasInside && !database.isInTransaction)
    #expect(throws: Refused.self) { try database.reading { throw Refused() } }
    #expect(!database.isInTransaction)
  }

  @Test("a transaction inside a transaction is refused and harms the outer one not at all")
  func nestedTransaction() throws {
    let nested = try database.transactionally {
      try insert("a")
      let nested = Result { try database.transactionally {} }
      try insert("b")
      return nested
    }
    #expect(throws: SQLiteError.self) { try nested.get() }
    #expect(try database.itemNames() == ["a", "b"])
  }

  @Test("a bad item fails alone")
  func savepoint() throws {
    let outcomes = try database.transactionally {
      ["a", "b", "a", "c"].map { name in
        Result {
          try database.savepoint {
            try insert("before \(name)"); try insert(name)
          }
        }
      }
    }
    #expect(outcomes.map { (try? $0.get()) != nil } == [true, true, false, true])
    #expect(try database.itemNames() == ["before a", "a", "before b", "b", "before c", "c"])
  }

  /// Inserts and then throws, in a savepoint.
  private func failingSavepoint(_ body: () throws -> Void) -> Result<Void, any Error> {
    Result {
      try database.savepoint {
        try body()
        throw Refused()
      }
    }
  }

  @Test("an inner savepoint fails without the outer")
  func innerSavepoint() throws {
    let inner = try database.transactionally {
      try database.savepoint {
        try insert("outer")
        return failingSavepoint { try insert("inner") }
      }
    }
    #expect(throws: Refused.self) { try inner.get() }
    #expect(try database.itemNames() == ["outer"])
  }

  @Test("an outer savepoint that fails takes the inner along")
  func outerSavepoint() throws {
    let outer = try database.transactionally {
      try insert("first")
      return failingSavepoint { try database.savepoint { try insert("inner") } }
    }
    #expect(throws: Refused.self) { try outer.get() }
    #expect(try database.itemNames() == ["first"])
  }

  @Test("after an error on which SQLite rolls back all, nothing more of the batch is written")
  func automaticRollback() throws {
    var outcomes: [Result<Void, any Error>] = []
    let error = #expect(throws: SQLiteError.self) {
      try database.transactionally {
        try insert("a")
        for sql in [
          "INSERT OR ROLLBACK INTO item (name) VALUES ('a')", "INSERT INTO item (name) VALUES ('b')",
        ] {
          outcomes.append(Result { try database.savepoint { try database.execute(sql) } })
        }
      }
    }
    #expect(try #require(error).message.contains("no transaction is active"))
    #expect { try outcomes[0].get() } throws: { ResultCode.constraintUnique ~= $0 }
    #expect { try outcomes[1].get() } throws: { ResultCode.abortRollback ~= $0 }
    #expect(try database.itemNames().isEmpty)
  }

  @Test("a savepoint needs a transaction around it")
  func savepointAlone() {
    #expect { try database.savepoint { try insert("a") } } throws: { ResultCode.abortRollback ~= $0 }
  }
}
