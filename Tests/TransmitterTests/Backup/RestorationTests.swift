import Glibc
import SQLite
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

/// A backup in the place of a stopped daemon's database.
@Suite(.timeLimit(.minutes(2))) struct RestorationTests {
  private let domain: TestDomain
  private let stream: Stream
  private let directory: TemporaryDirectory
  private var backup: String { directory.file("backup.sqlite") }
  private var statePath: String { domain.world.directory.path }
  private var files: StateFiles { StateFiles(in: statePath) }

  /// One event was accepted before the backup, another after it.
  init() async throws {
    domain = try await TestDomain()
    directory = try TemporaryDirectory()
    stream = try await domain.makePolledStream(events: [.sessionRevoked])
    try await domain.emit("before@example.com")
    let desk = BackupDesk(store: domain.store, files: files, parts: [], environment: domain.environment)
    _ = try await desk.take(to: backup, replaces: false)
    try await domain.emit("after@example.com")
    try PrivateFile.create(
      files.keyEncryptionKey, Array((String(repeating: "07", count: 32) + "\n").utf8))
  }

  private func restore(_ path: String? = nil) throws -> String? {
    let state = try StateDirectory(path: statePath, isRestoring: true)
    return try Restoration.perform(
      from: path ?? backup, in: state, parts: [], environment: domain.environment)
  }

  private func accepted(in path: String) async throws -> Int64 {
    let store = try Store(path: path)
    let count = store.ledger.totals(of: stream.number).accepted
    try await store.close()
    return count
  }

  @Test("F26 a restored database is the backup's; the former one is kept, whole")
  func restored() async throws {
    // Not closed: what is kept has its newest commits in the log.
    let kept = try #require(try restore())
    #expect(try await accepted(in: files.database) == 1)
    #expect(try await accepted(in: kept) == 2)
    #expect(try await accepted(in: backup) == 1)
  }

  @Test("the former database of a daemon that was stopped is restored like a backup")
  func goingBack() async throws {
    try await domain.store.close()
    let kept = try #require(try restore())
    domain.clock.advance(by: .seconds(1))
    _ = try restore(kept)
    #expect(try await accepted(in: files.database) == 2)
  }

  @Test("the next start writes down that the database has another life")
  func conclusion() async throws {
    try await domain.store.close()
    _ = try restore()
    let again = try await TestDomain(domain.world)
    try await Restoration.conclude(in: files, again.store, environment: again.environment)
    let rows = try await again.store.read { database in
      try database.query("SELECT boot_id, restored_ms, file FROM restoration") {
        (try $0.text(0), Timestamp(milliseconds: try $0.int64(1)), try $0.text(2))
      }
    }
    let row = try #require(rows.first)
    #expect(rows.count == 1 && row.0.utf8.count == 26 && row.1 == domain.clock.now && row.2 == backup)
    #expect(try await again.audited().last?.act == "local backup.restore backup/\(backup)")
    // Once, not at every start.
    try await Restoration.conclude(in: files, again.store, environment: again.environment)
    let count = try await again.store.read {
      try $0.query("SELECT 1 FROM restoration") { try $0.int(0) }.count
    }
    #expect(count == 1)
  }

  @Test("a start that is killed before the file of the restore is gone keeps the next one from nothing")
  func repeatedConclusion() async throws {
    try await domain.store.close()
    _ = try restore()
    let content = try PrivateFile.read(files.finishedRestore)
    let again = try await TestDomain(domain.world)
    try await Restoration.conclude(in: files, again.store, environment: again.environment)
    let count = try await again.audited().count
    try PrivateFile.create(files.finishedRestore, content)
    try await Restoration.conclude(in: files, again.store, environment: again.environment)
    #expect(try await again.audited().count == count)
    #expect(!PrivateFile.exists(files.finishedRestore))
  }

  @Test("a backup under another key-encryption key is refused by the key's name")
  func otherKey() async throws {
    try await domain.store.close()
    try PrivateFile.remove(files.keyEncryptionKey)
    let missing = #expect(throws: BackupError.self) { try restore() }
    #expect(try #require(missing).description.contains(domain.sealer.keyID))
    try PrivateFile.create(
      files.keyEncryptionKey, Array((String(repeating: "08", count: 32) + "\n").utf8))
    let other = #expect(throws: BackupError.self) { try restore() }
    #expect(try #require(other).description.contains(domain.sealer.keyID))
    #expect(try await accepted(in: files.database) == 2)
  }

  @Test("what is no finished, sound backup of ours is refused by its name, and nothing is changed")
  func refusals() async throws {
    try await domain.store.close()
    let bytes = try PrivateFile.read(backup)
    var damaged = bytes
    for index in 8192..<12_288 { damaged[index] = 0x5A }
    try PrivateFile.create(directory.file("damaged"), damaged)
    try PrivateFile.create(directory.file("cut"), Array(bytes.prefix(bytes.count / 2)))
    try PrivateFile.create(directory.file("text"), Array(String(repeating: "no database. ", count: 300).utf8))
    try PrivateFile.create(directory.file("in-use"), bytes)
    try PrivateFile.create(directory.file("in-use-wal"), [0])
    try PrivateFile.create(directory.file("short"), Array(bytes.prefix(1000)))
    try PrivateFile.create(directory.file("empty"), [])
    #expect(mkfifo(directory.file("pipe"), 0o600) == 0)
    for (name, cause) in [
      ("damaged", "damaged"), ("cut", "damaged"), ("text", "no backup"), ("short", ""),
      ("empty", "no backup"), ("pipe", "not a regular file"),
    ] {
      let path = directory.file(name)
      let error = #expect(throws: BackupError.self, "\(name)") { try restore(path) }
      let text = try #require(error).description
      #expect(text.hasPrefix(path) && text.contains(cause), "\(text)")
      #expect(text.hasSuffix("try an older backup; nothing was changed"), "\(text)")
    }
    let inUse = #expect(throws: BackupError.self) { try restore(directory.file("in-use")) }
    #expect(try #require(inUse).description.contains("move both to transmitter.sqlite"))
    #expect(throws: PrivateFileError.self) { try restore(directory.file("missing")) }
    #expect(try await accepted(in: files.database) == 2)
    #expect(!PrivateFile.exists(files.unfinishedRestore) && !PrivateFile.exists(files.finishedRestore))
  }

  @Test("while a restore is unfinished nothing starts; another one ends it, and loses nothing")
  func interruption() async throws {
    try await domain.store.close()
    let kept = try #require(try restore())
    // As if it had been killed at its last step.
    try PrivateFile.move(files.finishedRestore, to: files.unfinishedRestore)
    #expect(throws: StateDirectoryError.self) { try StateDirectory(path: statePath) }
    #expect(throws: StateDirectoryError.self) { try StateDirectory.check(statePath) }
    #expect(try restore() == kept)
    #expect(throws: Never.self) { try StateDirectory.check(statePath) }
    #expect(try await accepted(in: kept) == 2)
    #expect(try await accepted(in: files.database) == 1)
  }

  @Test("into a new state directory, where there is the key, a backup is restored as well")
  func newMachine() async throws {
    let machine = try TemporaryDirectory()
    let files = StateFiles(in: machine.path)
    try PrivateFile.create(files.keyEncryptionKey, try PrivateFile.read(self.files.keyEncryptionKey))
    let state = try StateDirectory(path: machine.path, isRestoring: true)
    let kept = try Restoration.perform(from: backup, in: state, parts: [], environment: domain.environment)
    #expect(kept == nil)
    #expect(try await accepted(in: files.database) == 1)
  }
}
