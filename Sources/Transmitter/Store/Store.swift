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
  let database: Database
  private let ballast: Ballast?
  private nonisolated let backlog = Mutex(Backlog())
  private var commitsSinceCheckpoint = 0
  private(set) var isClosed = false

  /// The copy of the database as it was before this start brought its schema up to date; nil if it was.
  package nonisolated let copyBeforeMigration: String?
  /// Totals per stream, changed with the rows they count.
  package nonisolated let ledger: TotalsLedger
  private nonisolated let meter = CommitMeter()
  private nonisolated let lastFailure = Mutex<String?>(nil)
  /// What befalls the database, for the one who watches over it.
  nonisolated let incidents: AsyncStream<StoreIncident>
  private nonisolated let incident: AsyncStream<StoreIncident>.Continuation

  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// Opens or creates the database and brings its schema up to date.
  ///
  /// - Parameters:
  ///   - parts: the tables of those who keep theirs beside the transmitter's.
  ///   - ballast: what is given up when the disk is full; without it settling has to wait for space as well.
  /// - Throws: `StoreError.cannotOpen` when the file cannot be opened or is no database, `SchemaError` when it is
  ///   not ours, was written by a newer version or is damaged.
  package init(path: String, parts: [SchemaPart] = [], ballast: Ballast? = nil) throws {
    (incidents, incident) = AsyncStream.makeStream()
    self.ballast = ballast
    let hasSpace = try Self.fill(ballast)
    let database = try Self.open(path, parts)
    do {
      copyBeforeMigration = try database.copyBeforeMigration(of: path, parts)
      try database.migrate(Schema.migrations)
      for part in parts { try database.migrate(part) }
      ledger = try TotalsLedger(database)
    } catch {
      database.close()
      throw error
    }
    self.database = database
    executor = QueueExecutor(label: "store")
    if !hasSpace, backlog.withLock({ $0.fillUp() }) { incident.yield(.full) }
  }

  /// Answers false where the disk is full before anything is written; then the ballast makes room for the start.
  private static func fill(_ ballast: Ballast?) throws -> Bool {
    guard let ballast else { return true }
    do {
      return try ballast.fill()
    } catch {
      throw StoreError.ballast(error)
    }
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
  /// - Parameter mayUseBallast: true for what accepts nothing new: it goes on while the disk is full.
  /// - Throws: what `body` throws, or `StoreError` when the commit itself fails; then nothing was accepted.
  package nonisolated func transaction<Value: Sendable>(
    mayUseBallast: Bool = false, _ body: @escaping @Sendable (Transaction) throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      enqueue(WorkItem(body, by: .current, mayUseBallast: mayUseBallast, continuation))
    }
  }

  /// What commits cost, and how many items wait for one.
  package nonisolated var commitFigures: CommitFigures {
    meter.figures(queued: backlog.withLock { $0.items.count })
  }

  /// Why nothing new is accepted, or else why the last commit failed; nil if it succeeded.
  package nonisolated var problem: String? {
    backlog.withLock { $0.refusal }?.description ?? lastFailure.withLock { $0 }
  }

  /// Whether the ballast is given up, and only what accepts nothing new is committed.
  package nonisolated var isDiskFull: Bool {
    backlog.withLock { if case .full = $0.condition { true } else { false } }
  }

  /// Whether anything was sealed already; before that, a key-encryption key may be made.
  package var holdsSecrets: Bool {
    get throws {
      try database.first("SELECT EXISTS (SELECT 1 FROM signing_key)") { try $0.bool(0) } ?? false
    }
  }

  /// Reads without writing, between two commits.
  package func read<Value: Sendable>(_ body: @Sendable (Database) throws -> Value) throws -> Value {
    guard !isClosed else { throw StoreError.closed }
    if let failure = backlog.withLock({ $0.failure }) { throw failure }
    do {
      return try database.reading { try body(database) }
    } catch let error as SQLiteError {
      let failure = StoreError(error)
      respond(to: failure)
      throw failure.isPassing || failure.isFinal ? failure : error
    }
  }

  /// Writes the log back into the database file and closes it; whoever comes later gets `StoreError.closed`.
  package func close() throws {
    guard !isClosed else { return }
    isClosed = true
    incident.finish()
    defer { database.close() }
    if backlog.withLock({ $0.failure }) == nil { try database.checkpoint(.truncate) }
  }

  // MARK: - Group commit

  /// More items than this do not share a commit: it bounds how long one commit can hold up the next.
  private static let largestBatch = 500

  private nonisolated func enqueue(_ item: WorkItem) {
    switch backlog.withLock({ $0.admit(item) }) {
    case .first: scheduleCommit()
    case .queued: return
    case .refused(let error): item.fail(error)
    }
  }

  /// Commits one batch, and comes back for the rest after whatever else waits for the store. The items being
  /// committed stay in the queue meanwhile, so that one which arrives during a commit starts no second run.
  private func commitQueued() {
    let (admitted, refused) = backlog.withLock { $0.next(atMost: Self.largestBatch) }
    for item in refused { item.fail(backlog.withLock { $0.refusal } ?? .full) }
    let committed = admitted.isEmpty ? 0 : commit(admitted)
    if backlog.withLock({ $0.remove(committed) }) { scheduleCommit() }
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
      respond(to: failure)
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
      // Not its caller's own, even where SQLite has undone a single statement only.
      if let failure = finished.failure.map(StoreError.init), failure.isOfDatabase { throw failure }
      guard database.isInTransaction else { throw finished.failure ?? StoreError.rolledBack }
      done.append(finished)
      if finished.transaction.changesMirror { break }
    }
    return done
  }

  // MARK: - Checkpoints

  private static let commitsPerCheckpoint = 200
  /// The log grows by as much as a ballast of the default size holds.
  private static let bytesPerCheckpoint = 8 << 20

  /// Passive checkpoints by the only connection keep the log short without ever waiting for anyone; while the disk is
  /// full, as short as can be. One that another process holds up is repeated after the next commits.
  private func checkpointIfDue() {
    commitsSinceCheckpoint += 1
    guard
      commitsSinceCheckpoint >= Self.commitsPerCheckpoint || database.walBytes >= Self.bytesPerCheckpoint
        || isDiskFull
    else { return }
    checkpoint()
  }

  func checkpoint() {
    commitsSinceCheckpoint = 0
    do {
      try database.checkpoint(.passive)
    } catch {
      respond(to: StoreError(error))
    }
  }

  // MARK: - Faults

  /// What has to be done about a failure besides telling the caller.
  private func respond(to failure: StoreError) {
    if case .full = failure { return giveUpBallast() }
    guard failure.isFinal, backlog.withLock({ $0.fail(failure) }) else { return }
    database.keepLog()
    incident.yield(.failed(failure))
  }

  private func giveUpBallast() {
    guard let ballast, backlog.withLock({ $0.fillUp() }) else { return }
    incident.yield(.full)
    do {
      try ballast.release()
      // Frees the log for what has to be written now.
      checkpoint()
    } catch {
      respond(to: .ballast(error))
    }
  }

  /// Sets the ballast aside again, after which new things are accepted; answers false while there is too little space.
  ///
  /// - Throws: why nothing is written any more, if that is so.
  func recover() throws(StoreError) -> Bool {
    if let failure = backlog.withLock({ $0.failure }) { throw failure }
    guard let ballast, isDiskFull, !isClosed else { return true }
    do {
      guard try ballast.fill() else { return false }
    } catch {
      throw .ballast(error)
    }
    backlog.withLock { $0.recover() }
    return true
  }
}
