import Foundation
import SQLite
import TestSupport
import Testing

@testable import Transmitter

@Suite struct StoreFaultTests {
  private let directory: TemporaryDirectory
  private let clock = TestClock()
  private var path: String { directory.file("store.sqlite") }
  private var ballast: Ballast { Ballast(path: directory.file("ballast"), bytes: 1 << 20) }

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func openStore() throws -> Store { try Store(path: path, ballast: ballast) }

  /// Makes one transaction too large for the disk.
  private func fillDisk(of store: Store) async throws {
    try await store.read { try $0.executeScript("PRAGMA max_page_count = 1") }
    let failure = await #expect(throws: StoreError.self) {
      try await store.transaction { transaction in
        try transaction.database.execute(
          "INSERT INTO client (id, description, scopes, created_ms) VALUES ('large', hex(zeroblob(500000)), '', 0)"
        )
      }
    }
    #expect(failure?.isPassing == true)
    try await store.read { try $0.executeScript("PRAGMA max_page_count = 1000000") }
  }

  private func ballastSize() throws -> Int { try directory.contents(of: "ballast").count }

  // MARK: - Full disk

  @Test("F3 after a full disk nothing new is accepted until there is space; what settles goes on")
  func fullDisk() async throws {
    let store = try openStore()
    #expect(try ballastSize() == ballast.bytes)
    try await fillDisk(of: store)
    #expect(try ballastSize() == 0)
    #expect(store.isDiskFull && store.problem?.contains("full") == true)

    await #expect(throws: StoreError.self) { try await store.transaction { try $0.insertClient("new") } }
    try await store.transaction(mayUseBallast: true) { try $0.insertClient("settled") }
    #expect(store.problem?.contains("full") == true)

    #expect(try await store.recover())
    #expect(try ballastSize() == ballast.bytes)
    #expect(!store.isDiskFull && store.problem == nil)
    try await store.transaction { try $0.insertClient("after") }
    #expect(try await store.read { try $0.loadClients().map(\.id) } == ["after", "settled"])
    try await store.close()
  }

  @Test("F3 what waits for its commit when the disk fills up is refused as well, but for what settles")
  func waiting() async throws {
    let store = try openStore()
    let answered = Shared<Set<String>>([])
    try await store.read { try $0.executeScript("PRAGMA max_page_count = 1") }
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<600 {
        group.addTask {
          let settles = number.isMultiple(of: 2)
          let id = try? await store.transaction(mayUseBallast: settles) { transaction in
            try transaction.database.execute(
              "INSERT INTO client (id, description, scopes, created_ms) VALUES (?, hex(zeroblob(5000)), '', 0)",
              "\(number)")
            return "\(number)"
          }
          if let id { answered.withLock { _ = $0.insert(id) } }
        }
      }
      await group.waitForAll()
    }
    #expect(store.isDiskFull)
    #expect(try await store.read { Set(try $0.loadClients().map(\.id)) } == answered.value)
    try await store.close()
  }

  @Test("F3 the watch sets the ballast aside again by itself, and the store accepts")
  func watch() async throws {
    let store = try openStore()
    let watch = StoreWatch(store: store, environment: .testing(clock: clock))
    let watching = Task { try await watch.run() }
    try await fillDisk(of: store)
    try await clock.advanceToNextWaking()
    try await eventually("the disk has space") { !store.isDiskFull }
    try await store.transaction { try $0.insertClient("after") }
    watch.stop()
    try await watching.value
    try await store.close()
  }

  // MARK: - Failing disk

  /// As a failing disk would: every page of database and log, and what tells that the cached ones still hold.
  private func overwriteFiles() throws {
    for suffix in ["", "-wal", "-shm"] {
      let file = try FileHandle(forUpdating: URL(filePath: path + suffix))
      let size = try file.seekToEnd()
      try file.seek(toOffset: 0)
      try file.write(contentsOf: Data(repeating: 0xff, count: Int(size)))
      try file.close()
    }
  }

  private func contents() throws -> [[UInt8]] {
    try ["store.sqlite", "store.sqlite-wal"].map { try directory.contents(of: $0) }
  }

  @Test("F4 a store that failed ends without another write: the next start finds file and log as they are")
  func end() async throws {
    var store: Store? = try openStore()
    try overwriteFiles()
    await #expect(throws: StoreError.self) { try await store?.transaction { try $0.insertClient("lost") } }
    let failed = try contents()
    try await store?.close()
    store = nil
    #expect(try contents() == failed)
  }

  @Test("F4 after a failure of the file nothing is acknowledged any more, and the watch ends")
  func failure() async throws {
    let store = try openStore()
    try await store.transaction { try $0.insertClient("before") }
    let watch = StoreWatch(store: store, environment: .testing(clock: clock))
    let watching = Task { try await watch.run() }
    try overwriteFiles()
    await #expect(throws: StoreError.self) { try await store.transaction { try $0.insertClient("lost") } }
    let end = await #expect(throws: StoreError.self) { try await watching.value }
    #expect(end?.isFinal == true)
    for mayUseBallast in [false, true] {
      let refusal = await #expect(throws: StoreError.self) {
        try await store.transaction(mayUseBallast: mayUseBallast) { _ in }
      }
      #expect(refusal?.isFinal == true)
    }
    let refusal = await #expect(throws: StoreError.self) { try await store.read { _ in } }
    #expect(refusal?.isFinal == true)
    #expect(store.problem?.contains("failed") == true)
  }

  // MARK: - After a crash

  /// What is on disk while a store is open: what a crash would leave.
  private func crashed(_ tear: (inout [UInt8]) -> Void) async throws -> String {
    let store = try openStore()
    for number in 0..<50 { try await store.transaction { try $0.insertClient("\(number)") } }
    let file = try directory.contents(of: "store.sqlite")
    var log = try directory.contents(of: "store.sqlite-wal")
    try await store.close()
    tear(&log)
    let copy = directory.file("crashed")
    try Data(file).write(to: URL(filePath: copy))
    try Data(log).write(to: URL(filePath: copy + "-wal"))
    return copy
  }

  @Test("F6 a file that is damaged after a crash is refused and left as it is; the error says how to go on")
  func damaged() async throws {
    // The log stands for an end that was none; what it holds of these pages would mend them.
    let closed = try openStore()
    try await closed.close()
    var file = try directory.contents(of: "store.sqlite")
    for index in 2 * 4096..<4 * 4096 { file[index] ^= 0xff }
    let copy = directory.file("crashed")
    try Data(file).write(to: URL(filePath: copy))
    try Data().write(to: URL(filePath: copy + "-wal"))

    let error = #expect(throws: SchemaError.self) { try Store(path: copy) }
    #expect("\(try #require(error))".contains("damaged"))
    #expect("\(try #require(error))".contains("ssf-transmitter restore"))
    #expect(try directory.contents(of: "crashed") == file)
  }

  @Test("F6 a torn end of the log is no damage: all that was committed before it is there")
  func tornLog() async throws {
    let copy = try await crashed { log in
      log.removeLast(3000)
      log += [UInt8](repeating: 0xa5, count: 1000)
    }
    let store = try Store(path: copy)
    let clients = try await store.read { Set(try $0.loadClients().map(\.id)) }
    #expect(clients.isSuperset(of: (0..<49).map(String.init)))
    try await store.close()
  }
}
