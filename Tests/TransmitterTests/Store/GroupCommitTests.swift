import SQLite
import TestSupport
import Testing

@testable import Transmitter

@Suite struct GroupCommitTests {
  private struct Refusal: Error {}

  private let directory: TemporaryDirectory
  private let store: Store
  private let reader: SecondReader

  init() throws {
    directory = try TemporaryDirectory()
    store = try Store(path: directory.file("store.sqlite"))
    reader = try SecondReader(path: directory.file("store.sqlite"))
  }

  @Test("P1 nothing is answered before it is committed, and waiting transactions share commits")
  func answersFollowCommits() async throws {
    let answered = Shared<Set<String>>([])
    let commitsSeen = Shared<Set<Int>>([])
    try await withThrowingTaskGroup(of: Void.self) { group in
      for id in (0..<300).map(String.init) {
        group.addTask { [store, reader] in
          try await store.transaction { transaction in
            let told = answered.value
            let committed = try reader.clients()
            #expect(told.isSubset(of: committed))
            commitsSeen.withLock { _ = $0.insert(committed.count) }
            try transaction.insertClient(id)
          }
          answered.withLock { _ = $0.insert(id) }
        }
      }
      try await group.waitForAll()
    }
    #expect(try reader.clients().count == 300)
    // A transaction to each commit would have seen 300 different states.
    #expect(commitsSeen.value.count < 150)
  }

  @Test("a transaction that throws undoes its own writes only, and its counts")
  func failureStandsAlone() async throws {
    try await store.transaction { try $0.insertStream(1) }
    let failures = Shared(0)
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<90 {
        group.addTask { [store] in
          do {
            try await store.transaction { transaction in
              try transaction.insertClient("\(number)")
              transaction.count(.accepted, of: 1)
              if number.isMultiple(of: 3) { throw Refusal() }
            }
          } catch {
            #expect(error is Refusal)
            failures.withLock { $0 += 1 }
          }
        }
      }
    }
    #expect(failures.value == 30)
    #expect(try reader.clients() == Set((0..<90).filter { !$0.isMultiple(of: 3) }.map(String.init)))
    #expect(store.ledger.totals(of: 1).accepted == 60)
  }

  @Test("transactions of one caller run in the order in which they were handed in")
  func order() async throws {
    for number in 0..<50 {
      let seen = try await store.transaction { transaction in
        try transaction.insertClient("\(number)")
        return try transaction.database.first("SELECT count(*) FROM client") { try $0.int(0) }
      }
      #expect(seen == number + 1)
    }
  }

  @Test("inside a transaction the mirror is what the database has, however commits are shared")
  func mirrorChangesBetweenCommits() async throws {
    let mirror = Shared(0)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<200 {
        group.addTask { [store] in
          try await store.transaction { transaction in
            let stored = try transaction.database.first("SELECT count(*) FROM client") { try $0.int(0) }
            #expect(mirror.value == stored)
            guard number.isMultiple(of: 4) else { return }
            try transaction.insertClient("\(number)")
            transaction.afterCommit { mirror.withLock { $0 += 1 } }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(mirror.value == 50)
  }

  @Test("a mirror has changed when its caller is answered, and has not when the transaction threw")
  func mirrorOfAnsweredAndFailed() async throws {
    let mirror = Shared<[String]>([])
    try await store.transaction { $0.afterCommit { mirror.withLock { $0.append("kept") } } }
    await #expect(throws: Refusal.self) {
      try await store.transaction { transaction in
        transaction.afterCommit { mirror.withLock { $0.append("undone") } }
        throw Refusal()
      }
    }
    #expect(mirror.value == ["kept"])
  }

  @Test("a reader gets its turn while writers never pause")
  func readsInterleave() async throws {
    let isDone = Shared(false)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<8 {
        group.addTask { [store] in
          var count = 0
          while !isDone.value {
            count += 1
            try await store.transaction { [count] in try $0.insertClient("\(writer)-\(count)") }
          }
        }
      }
      for _ in 0..<20 { _ = try await store.read { try $0.loadClients().count } }
      isDone.value = true
      try await group.waitForAll()
    }
  }

  @Test("F3 a commit that fails is nobody's success, and the next one is not hurt")
  func failedCommit() async throws {
    let mirror = Shared(false)
    let error = await #expect(throws: StoreError.self) {
      try await store.transaction { transaction in
        // Checked at the commit only: that is where the violation shows.
        try transaction.database.executeScript("PRAGMA defer_foreign_keys = ON")
        try transaction.database.execute(
          "INSERT INTO token (id, client_id, digest, scopes, created_ms) VALUES ('t', 'nobody', ?, '', 0)",
          [UInt8](repeating: 0, count: 32))
        transaction.count(.accepted, of: 1)
        transaction.afterCommit { mirror.value = true }
      }
    }
    #expect("\(try #require(error))".contains("the database failed"))
    #expect(store.problem != nil)
    #expect(!mirror.value)
    #expect(store.ledger.totals(of: 1) == StreamTotals())
    try await store.transaction { try $0.insertClient("after") }
    #expect(store.problem == nil)
    #expect(try reader.clients() == ["after"])
  }

  @Test("F3 a full disk is told as such, keeps nothing, and passes when there is space")
  func fullDisk() async throws {
    try await store.read { try $0.executeScript("PRAGMA max_page_count = 1") }
    let error = await #expect(throws: StoreError.self) {
      try await store.transaction { transaction in
        try transaction.insertClient("before")
        try transaction.database.execute(
          """
          WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
          INSERT INTO client (id, scopes, created_ms) SELECT 'client ' || i, '', 0 FROM n
          """)
      }
    }
    guard case .full? = error else {
      return #expect(Bool(false), "not full but \(String(describing: error))")
    }
    #expect(store.problem?.contains("full") == true)
    #expect(try reader.clients().isEmpty)
    try await store.read { try $0.executeScript("PRAGMA max_page_count = 1000000") }
    try await store.transaction { try $0.insertClient("after") }
    #expect(store.problem == nil)
    #expect(try reader.clients() == ["after"])
  }

  @Test("after closing, reads and transactions are refused and nothing breaks")
  func closed() async throws {
    try await store.close()
    try await store.close()
    for attempt in [
      { [store] in _ = try await store.read { try $0.loadClients() } },
      { [store] in try await store.transaction { try $0.insertClient("late") } },
    ] as [@Sendable () async throws -> Void] {
      let error = await #expect(throws: StoreError.self) { try await attempt() }
      guard case .closed? = error else { return #expect(Bool(false), "\(String(describing: error))") }
    }
  }
}
