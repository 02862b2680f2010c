import Logging
import SQLite
import Synchronization
import Transmitter

/// Runs the imports of all sources, one at a time, each a slice at a time; expires idle sessions, and sweeps what ended
/// ones have left. All of its state that must last is in the store: a restart goes on where the last run ended.
package final class ImportEngine: Sendable {
  private let context: ImportContext
  private let bell: ImportBell
  private let state = Mutex(State())

  private struct DryRun: Sendable {
    let session: ImportSession
    let answer: CheckedContinuation<ImportPreview, any Error>
  }

  private struct State {
    /// In the order in which they came, and at most one of each source.
    var dryRuns: [DryRun] = []
    var alarm: Task<Void, Never>?
  }

  init(
    store: Store, rules: RuleBook, intake: Intake, policy: IdentitySourcePolicy, bell: ImportBell,
    meter: ImportMeter, environment: Environment
  ) {
    self.bell = bell
    context = ImportContext(
      store: store, rules: rules, intake: intake, policy: policy, environment: environment,
      meter: meter, bell: bell)
  }

  /// Works until `stop()`.
  ///
  /// - Throws: `StoreError` when the store fails other than for a time, which is waited out.
  package func run() async throws {
    defer {
      bell.close()
      refuseDryRuns()
    }
    bell.ring()
    for await _ in bell.rings {
      do {
        try await context.transaction { [context] in try $0.mirrorSessions(in: context.meter) }
        while try await step() {}
      } catch let error as StoreError where error.isPassing {
        setAlarm(after: Self.pauseOnFault)
      } catch StoreError.closed {
        return
      }
    }
  }

  /// Ends the work after the slice under way.
  package func stop() {
    bell.close()
    state.withLock { $0.alarm?.cancel() }
  }

  /// What an import would do if it were started now. Waits for the import under way, and for those before it.
  ///
  /// - Throws: `IdentitySourceError.dryRunWaiting` while another one of the source waits; callers who give up stay in
  ///   the queue, so it must not grow with them.
  package func dryRun(_ session: ImportSession) async throws -> ImportPreview {
    try session.require(.created, "cannot be started")
    guard session.records > 0 || session.isFull else { throw IdentitySourceError.nothingUploaded }
    return try await withCheckedThrowingContinuation { continuation in
      if let refusal = enqueue(DryRun(session: session, answer: continuation)) {
        continuation.resume(throwing: refusal)
      } else {
        bell.ring()
      }
    }
  }

  /// - Returns: why it cannot wait for its turn.
  private func enqueue(_ dryRun: DryRun) -> (any Error)? {
    state.withLock { state in
      if bell.isClosed { return StoreError.closed }
      if state.dryRuns.contains(where: { $0.session.source == dryRun.session.source }) {
        return IdentitySourceError.dryRunWaiting(dryRun.session.sourceID)
      }
      state.dryRuns.append(dryRun)
      return nil
    }
  }

  /// How many records of a running comparison are done; nil where none runs.
  package func compared(in session: ImportSession) -> Int? {
    context.meter.compared(in: session.number)
  }

  /// For metrics; read from memory.
  package var figures: ImportFigures {
    var figures = context.meter.figures
    figures.tally.name(context.rules.current.names)
    return figures
  }

  // MARK: - Work

  private static let pauseOnFault = Duration.seconds(10)

  /// Does the next thing of each kind; answers false when there is none. Imports and dry runs take turns, so that
  /// neither keep the others waiting for ever; nor does an import that the store fails, as the dry run goes first.
  private func step() async throws -> Bool {
    try await expireSessions()
    let hasTried = await runNextDryRun()
    let hasImported = try await runNextImport()
    if hasTried || hasImported { return true }
    return try await sweep()
  }

  private func runNextImport() async throws -> Bool {
    guard let session = try await context.read({ try $0.nextImport() }) else { return false }
    try await run(session)
    return true
  }

  private func runNextDryRun() async -> Bool {
    guard let dryRun = state.withLock({ $0.dryRuns.isEmpty ? nil : $0.dryRuns.removeFirst() }) else {
      return false
    }
    dryRun.answer.resume(
      with: await Result { try await ImportRun(context: context, session: dryRun.session).dryRun() })
    return true
  }

  private func run(_ session: ImportSession) async throws {
    do {
      try await ImportRun(context: context, session: session).run()
    } catch is ImportAbandoned {
    } catch let error as StoreError {
      throw error
    } catch {
      try await fail(session, error)
    }
    context.meter.forget(session.number)
  }

  /// An import that cannot go on ends, with the reason in its report; the others do not.
  private func fail(_ session: ImportSession, _ error: any Error) async throws {
    context.environment.logger.error(
      "import failed", metadata: ["import": "\(session.id)", "error": "\(error)"])
    try await context.transaction { [context] transaction in
      guard var session = try transaction.database.session(number: session.number) else { return }
      session.report.error = "\(error)"
      try transaction.database.end(&session, as: .error, at: context.environment.now())
      try transaction.mirrorSessions(in: context.meter)
    }
    context.meter.note(.failed)
  }

  private func expireSessions() async throws {
    let idle = context.policy.sessionIdleTime
    let now = context.environment.now()
    let oldest = try await context.transaction { [context] transaction in
      try transaction.expireSessions(idleSince: now - idle, at: now, context.meter)
    }
    if let oldest { setAlarm(after: (oldest + idle).since(now)) }
  }

  /// Deletes a slice of what ended sessions, or deleted sources, have left; answers false when there was nothing.
  private func sweep() async throws -> Bool {
    try await context.transaction { transaction in
      let database = transaction.database
      if let session = try database.unsweptSession() {
        _ = try database.sweep(session)
        return true
      }
      guard let source = try database.deletedSource() else { return false }
      try database.sweepDeleted(source, atMost: 500)
      return true
    }
  }

  private func setAlarm(after wait: Duration) {
    let alarm = Task { [bell, context] in
      guard (try? await context.environment.sleep(max(wait, .milliseconds(1)))) != nil else { return }
      bell.ring()
    }
    state.withLock { state in
      state.alarm?.cancel()
      state.alarm = alarm
    }
  }

  private func refuseDryRuns() {
    let waiting = state.withLock { state in
      defer { state.dryRuns = [] }
      return state.dryRuns
    }
    for dryRun in waiting { dryRun.answer.resume(throwing: StoreError.closed) }
  }
}

extension Result where Failure == any Error {
  fileprivate init(_ body: () async throws -> Success) async {
    do {
      self = .success(try await body())
    } catch {
      self = .failure(error)
    }
  }
}
