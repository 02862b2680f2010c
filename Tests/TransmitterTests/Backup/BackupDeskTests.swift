import Dispatch
import Glibc
import SQLite
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

/// Backups of a store that goes on working.
@Suite(.timeLimit(.minutes(2))) struct BackupDeskTests {
  private let domain: TestDomain
  private let directory: TemporaryDirectory
  private var path: String { directory.file("backup.sqlite") }

  init() async throws {
    domain = try await TestDomain()
    directory = try TemporaryDirectory()
  }

  private func makeDesk() -> BackupDesk {
    BackupDesk(
      store: domain.store, files: StateFiles(in: domain.world.directory.path), parts: [],
      environment: domain.environment)
  }

  @Test("F26 a backup under load has all that was acknowledged before it began, sound and in balance")
  func underLoad() async throws {
    let stream = try await domain.makePolledStream(events: [.sessionRevoked])
    // Long enough that it takes several slices.
    for _ in 0..<4 { try await domain.emit(addresses: (0..<500).map { "user\($0)@example.com" }) }
    let before = domain.totals(of: stream).accepted
    let load = Task { [domain] in
      var count = 0
      while !Task.isCancelled {
        try await domain.emit(addresses: (0..<10).map { "later\($0)@example.com" })
        count += 10
      }
      return count
    }
    let receipt = try await makeDesk().take(to: path, replaces: false)
    load.cancel()
    let added = try await load.value

    let copy = try Store(path: path)
    let totals = copy.ledger.totals(of: stream.number)
    #expect(totals.accepted >= before)
    #expect(totals.accepted <= before + Int64(added))
    #expect(totals.unaccounted == 0)
    #expect(try await copy.read { try $0.integrityCheck() } == [])
    try await copy.close()
    #expect(receipt.bytes > 1 << 20)
    #expect(receipt.schema == Schema.migrations.count)
    #expect(receipt.keyID == domain.sealer.keyID)
    #expect(try await domain.audited().last?.act == "transmitter backup.create backup/\(path)")
  }

  @Test("a backup is for its owner alone, and nothing is left beside it")
  func files() async throws {
    _ = try await makeDesk().take(to: path, replaces: false)
    // As a secret's file is read: only where nobody else could.
    #expect(throws: Never.self) { try PrivateFile.read(path) }
    #expect(try directory.files(holding: "") == ["backup.sqlite"])
  }

  @Test("a backup that is there is replaced only where that is wished, anything else never")
  func replacement() async throws {
    let desk = makeDesk()
    _ = try await desk.take(to: path, replaces: false)
    let error = await #expect(throws: BackupError.self) { try await desk.take(to: path, replaces: false) }
    #expect(try #require(error).description.contains("--force"))
    _ = try await desk.take(to: path, replaces: true)

    let other = directory.file("letter.txt")
    try PrivateFile.create(other, Array("dear aunt".utf8))
    await #expect(throws: BackupError.self) { try await desk.take(to: other, replaces: true) }
    #expect(try PrivateFile.read(other) == Array("dear aunt".utf8))

    let inUse = directory.file("transmitter.sqlite")
    let another = try Store(path: inUse)
    await #expect(throws: BackupError.self) { try await desk.take(to: inUse, replaces: true) }
    try await another.close()
  }

  @Test("what an interrupted backup, or a stranger, has left beside it is in nobody's way, and stays")
  func leftover() async throws {
    try PrivateFile.create(path + ".unfinished", [1, 2, 3])
    _ = try await makeDesk().take(to: path, replaces: false)
    #expect(try PrivateFile.read(path + ".unfinished") == [1, 2, 3])
  }

  @Test("a path that is not absolute, not a file's, or in the state directory is refused")
  func paths() async throws {
    let desk = makeDesk()
    let state = domain.world.directory
    #expect(mkdir(state.file("backups"), 0o700) == 0 && mkdir(state.file("backups/daily"), 0o700) == 0)
    #expect(symlink(state.file("backups/daily"), directory.file("link")) == 0)
    for path in [
      "backup.sqlite", "", directory.path + "/", directory.file("missing/backup.sqlite"),
      state.file("backup.sqlite"), state.path + "/./backup.sqlite", state.file("transmitter.sqlite"),
      state.file("backups/backup.sqlite"), state.file("backups/daily/backup.sqlite"),
      directory.file("link/backup.sqlite"),
    ] {
      await #expect(throws: BackupError.self, "\(path)") { try await desk.take(to: path, replaces: true) }
    }
  }

  @Test("a backup that the audit log does not tell of is none")
  func unrecorded() async throws {
    try await domain.tamper(
      "CREATE TEMP TRIGGER deny BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'denied'); END")
    let desk = makeDesk()
    let error = await #expect(throws: BackupError.self) { try await desk.take(to: path, replaces: false) }
    #expect(try #require(error).description.contains("denied"))
    #expect(try directory.files(holding: "") == [])
    try await domain.tamper("DROP TRIGGER deny")
    _ = try await desk.take(to: path, replaces: false)
  }

  @Test("a backup that would fill the disk is not begun")
  func space() throws {
    let place = BackupPlace(path: path, replaces: false, files: StateFiles(in: "/"), parts: [])
    #expect(throws: Never.self) { try place.checkSpace(for: 1) }
    let error = #expect(throws: BackupError.self) { try place.checkSpace(for: 1 << 60) }
    #expect(try #require(error).description.contains("make space"))
  }

  @Test("a backup is given up when the transmitter stops, and leaves nothing")
  func stop() async throws {
    _ = try await domain.makePolledStream(events: [.sessionRevoked])
    // More than one slice.
    for _ in 0..<4 { try await domain.emit(addresses: (0..<500).map { "user\($0)@example.com" }) }
    let desk = makeDesk()
    desk.stop()
    await #expect(throws: StoreError.self) { try await desk.take(to: path, replaces: false) }
    #expect(try directory.files(holding: "") == [])
  }

  @Test("one backup is taken at a time, and the next when it has ended")
  func oneAtATime() async throws {
    let desk = makeDesk()
    let refusals = Shared(0)
    @Sendable func take(_ name: String) async throws {
      do {
        _ = try await desk.take(to: directory.file(name), replaces: false)
      } catch BackupError.busy {
        _ = refusals.increment()
      }
    }

    let isHeld = Shared(false)
    let release = DispatchSemaphore(value: 0)
    let hold = { @Sendable [domain] in
      try await domain.store.read { _ in
        isHeld.value = true
        release.wait()
      }
    }
    var backups: [Task<Void, any Error>] = []
    // While the store is held, no backup can end.
    try await running(hold, until: { release.signal() }) {
      try await eventually("the store is held") { isHeld.value }
      backups = ["one", "two"].map { name in Task { try await take(name) } }
      try await eventually("one of two backups is refused") { refusals.value > 0 }
    }
    for backup in backups { try await backup.value }
    #expect(refusals.value == 1)

    try await take("three")
    #expect(refusals.value == 1)
    #expect(try directory.files(holding: "").count == 2)
  }
}
