import Dispatch
import Testing

@testable import SQLite

private actor Store {
  nonisolated let executor = QueueExecutor(label: "test.store")
  private var database: Database?
  private var count = 0

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  func open(_ path: String) throws {
    dispatchPrecondition(condition: .onQueue(executor.queue))
    database = try Database(path: path, configuration: .testing())
    try database?.executeScript("CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT) STRICT")
  }

  func insert(_ name: String) throws {
    dispatchPrecondition(condition: .onQueue(executor.queue))
    try database?.execute("INSERT INTO item (name) VALUES (?)", name)
    count += 1
  }

  func names() throws -> Int { try database?.itemNames().count ?? 0 }

  func readCount() -> Int { count }

  nonisolated func countInsideQueue() -> Int {
    executor.queue.sync { assumeIsolated { $0.count } }
  }
}

@Suite struct QueueExecutorTests {
  @Test("an actor on the executor runs on its queue, one call at a time")
  func isolation() async throws {
    let directory = try TemporaryDirectory()
    let store = Store()
    try await store.open(directory.file())
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<200 {
        group.addTask { try await store.insert("\(index)") }
      }
      try await group.waitForAll()
    }
    #expect(try await store.names() == 200)
    #expect(await store.readCount() == 200)
  }

  @Test("a plain block on the queue is isolated to the actor")
  func plainBlocks() async throws {
    let directory = try TemporaryDirectory()
    let store = Store()
    try await store.open(directory.file())
    try await store.insert("a")
    #expect(store.countInsideQueue() == 1)
  }
}
