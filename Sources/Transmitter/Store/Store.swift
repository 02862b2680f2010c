import Dispatch
import Logging
package import SQLite
import Synchronization

/// The one owner of the database: every read and write of the process goes through here, one at a time, on
/// one queue (a second connection could lose commits under SQLite 3.40, and is never needed).
///
/// Writes are committed in groups. Whatever is waiting when a commit ends shares the next one, so that many
/// producers cost one `fsync` between them and a lone producer waits for nobody. An answer is given only
/// after the commit that holds it has reached the disk.
package actor Store {
  private let executor: QueueExecutor
  private let database: Database
  private nonisolated let queue = Mutex<[WorkItem]>([])
  private var commitsSinceCheckpoint = 0
  private var isClosed = false

  /// Totals per stream, changed with the rows they count.
  package nonisolated let ledger: TotalsLedger
  private nonisolated let meter = CommitMeter()
  private nonisolated let lastFailure = Mutex<String?>(nil)

  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// Opens or creates the database and brings its schema up to date.
  ///
  /// - Parameter parts: the tables of those who keep theirs beside the transmitter's.
  /// - Throws: `StoreError.cannotOpen` when the file cannot be opened or is no database, `SchemaError` when it is
  ///   not ours or was written by a newer version.
  package init(path: String, parts: [SchemaPart] = []) throws {
    let database = try Self.open(path, parts)
    do {
      try database.migrate(Schema.migrations)
      for part in parts { try database.migrate(part) }
      ledger = try TotalsLedger(database)
    } catch {
      database.close()
      throw error
    }
    self.database = database
    executor = QueueExecutor(label: "store")
  }

  private static func open(_ path: String, _ parts: [SchemaPart]) throws -> Database {
    do {
      return try Database(path: path, configuration: Schema.configuration(with: parts))
    } catch let error as SQLiteError {
      throw StoreError.cannotOpen(path, error)
    }
  }

  /// Looks whether the database could be opened, if there is one, and changes nothing.
  ///
  /// - Throws: as opening does.
  package static func check(path: String, parts: [SchemaPart] = []) throws {
    do {
      try Database.check(path: path, configuration: Schema.configuration(with: parts))
    } catch let error as SQLiteError {
      throw StoreError.cannotOpen(path, error)
    }
  }

  /// Runs `body` in a transaction and answers when that transaction is on disk.
  ///
  /// The transaction is lent: `body` runs on the store's queue, inside a savepoint of its own, and may share
  /// the commit with others. If it throws, its own writes are undone and the others' stand.
  ///
  /// - Throws: what `body` throws, or `StoreError` when the commit itself fails; then nothing was accepted.
  package nonisolated func transaction<Value: Sendable>(
    _ body: @escaping @Sendable (Transaction) throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      enqueue(WorkItem(body, by: .current, continuation))
    }
  }

  /// What commits cost, and how many items wait for one.
  package nonisolated var commitFigures: CommitFigures { meter.figures(queued: queue.withLock { $0.count }) }

  /// Why the last commit failed; nil if it succeeded.
  package nonisolated var problem: String? { lastFailure.withLock { $0 } }

  /// Whether anything was sealed already; before that, a key-encryption key may be made.
  package var holdsSecrets: Bool {
    get throws {
      try database.first("SELECT EXISTS (SELECT 1 FROM signing_key)") { try $0.bool(0) } ?? false
    }
  }

  /// Reads without writing, between two commits.
  package func read<Value: Sendable>(_ body: @Sendable (Database) throws -> Value) throws -> Value {
    guard !isClosed else { throw StoreError.closed }
    return try body(database)
  }

  /// Writes the log back into the database file and closes it; whoever comes later gets `StoreError.closed`.
  package func close() throws {
    guard !isClosed else { return }
    isClosed = true
    defer { database.close() }
    try database.checkpoint(.truncate)
  }

  // MARK: - Group commit

  /// More items than this do not share a commit: it bounds how long one commit can hold up the next.
  private static let largestBatch = 500
  private static let commitsPerCheckpoint = 200

  private nonisolated func enqueue(_ item: WorkItem) {
    let isFirst = queue.withLock { queue in
      queue.append(item)
      return queue.count == 1
    }
    if isFirst { scheduleCommit() }
  }

  /// Commits one batch, and comes back for the rest after whatever else waits for the store. The items being
  /// committed stay in the queue meanwhile, so that one which arrives during a commit starts no second run.
  private func commitQueued() {
    let waiting = queue.withLock { Array($0.prefix(Self.largestBatch)) }
    let committed = commit(waiting)
    let isDone = queue.withLock { queue in
      queue.removeFirst(committed)
      return queue.isEmpty
    }
    if !isDone { scheduleCommit() }
  }

  private nonisolated func scheduleCommit() {
    Task { await commitQueued() }
  }

  /// Commits as many of `items` as belong together and resumes their callers; answers how many those were.
  private func commit(_ items: [WorkItem]) -> Int {
    let done: [FinishedItem]
    let heads: QueueHeads
    let start = ContinuousClock.now
    do {
      guard !isClosed else { throw StoreError.closed }
      (done, heads) = try database.transactionally {
        let done = try run(items)
        return (done, try ledger.write(done.flatMap(\.transaction.deltas), to: database))
      }
    } catch {
      let failure = StoreError(error)
      lastFailure.withLock { $0 = "\(failure)" }
      for item in items { item.fail(failure) }
      return items.count
    }
    meter.note(items: done.count, took: start.duration(to: .now))
    lastFailure.withLock { $0 = nil }
    ledger.apply(heads)
    for finished in done { finished.publish(in: ledger) }
    for finished in done { finished.resume() }
    checkpointIfDue()
    return done.count
  }

  /// Runs items up to and including the first that changes what is mirrored in memory, so that every later
  /// item sees the mirror as the database has it.
  private func run(_ items: [WorkItem]) throws -> [FinishedItem] {
    var done: [FinishedItem] = []
    for item in items {
      let finished = item.run(on: database)
      // A full disk is nobody's own failure, even where SQLite has undone a single statement only.
      if let failure = finished.failure, ResultCode.full ~= failure { throw failure }
      guard database.isInTransaction else { throw finished.failure ?? StoreError.rolledBack }
      done.append(finished)
      if finished.transaction.changesMirror { break }
    }
    return done
  }

  /// Passive checkpoints by the only connection keep the log short without ever waiting for anyone. One that
  /// fails (a full disk) is repeated after the next commits, whose own errors reach their callers.
  private func checkpointIfDue() {
    commitsSinceCheckpoint += 1
    guard commitsSinceCheckpoint >= Self.commitsPerCheckpoint else { return }
    commitsSinceCheckpoint = 0
    _ = try? database.checkpoint(.passive)
  }
}
