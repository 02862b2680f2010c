import SQLite
import Transmitter

/// The last phase of an import: what was put aside goes into the snapshot, slice by slice. Each slice is one transaction
/// with the events that tell of it, the report so far, and the end of what was put aside, so that a crash repeats
/// nothing and loses nothing.
struct ImportApplication {
  /// Identities in one transaction; fewer than are compared at once, as each may have events for every stream.
  private static let slice = 100

  let context: ImportContext
  let session: ImportSession

  func run() async throws {
    try await applyGroups()
    repeat {
      while try await applyIdentities() {}
    } while try await deleteGroups()
    try await finish()
  }

  /// Answers false when nothing was left.
  private func applyIdentities() async throws -> Bool {
    let (isDone, aftermath) = try await transaction { session, transaction in
      let database = transaction.database
      let planned = try database.stagedChanges(in: session.number, after: "", atMost: Self.slice)
      var announcement = ChangeAnnouncement(
        rules: context.rules.current, intake: context.intake, environment: context.environment,
        session: session.id)
      for change in planned {
        try apply(change, to: &session, &announcement, transaction)
        try database.deleteStaged(change.externalID, in: session.number)
      }
      return (planned.isEmpty, announcement.aftermath)
    }
    context.intake.ring(for: aftermath.streams)
    context.meter.note(aftermath.tally)
    return !isDone
  }

  private func apply(
    _ planned: PlannedChange, to session: inout ImportSession, _ announcement: inout ChangeAnnouncement,
    _ transaction: Transaction
  ) throws {
    let resolution = ChangeResolution(session, transaction.database, context)
    guard let resolved = try resolution.resolve(planned) else { return }
    try transaction.database.apply(resolved, of: session.source, at: context.environment.now())
    session.report.add(resolved.change, try announcement.post(resolved.change, in: transaction))
  }

  // MARK: - Groups

  private func applyGroups() async throws {
    try await forEachPageOfGroups { page in
      let upserted = page.filter { $0.action != .delete }
      try await transaction { session, transaction in
        for group in upserted {
          try transaction.database.upsertGroup(
            group.id, group.profile, of: session.source, at: context.environment.now())
        }
      }
    }
  }

  /// Deletes the groups that nobody is in any more; answers whether somebody has joined one meanwhile.
  private func deleteGroups() async throws -> Bool {
    var joined = 0
    try await forEachPageOfGroups { page in
      for group in page where group.action == .delete {
        let members = try await context.stageMembers(of: group.id, in: session)
        joined += members
        if members == 0 {
          try await transaction { try $1.database.deleteGroup(group.id, of: $0.source) }
        }
      }
    }
    return joined > 0
  }

  private typealias StagedGroup = (id: String, action: IdentityAction, profile: [UInt8])

  private func forEachPageOfGroups(_ body: ([StagedGroup]) async throws -> Void) async throws {
    var last = ""
    while true {
      let (number, after) = (session.number, last)
      let page = try await context.read { try $0.stagedGroups(in: number, after: after, atMost: 500) }
      guard let end = page.last else { return }
      last = end.id
      try await body(page)
    }
  }

  // MARK: - Session

  private func finish() async throws {
    try await transaction { session, transaction in
      try transaction.database.end(&session, as: .completed, at: context.environment.now())
    }
    context.meter.note(.completed)
  }

  /// Runs a slice on the session as it is now, and keeps what it changed.
  private func transaction<Value: Sendable>(
    _ body: @escaping @Sendable (inout ImportSession, Transaction) throws -> Value
  ) async throws -> Value {
    try await context.transaction(on: session, body)
  }
}

extension ImportContext {
  /// - Throws: `ImportAbandoned` when the session is not in progress any more.
  func transaction<Value: Sendable>(
    on session: ImportSession, _ body: @escaping @Sendable (inout ImportSession, Transaction) throws -> Value
  ) async throws -> Value {
    try await transaction { transaction in
      guard var current = try transaction.database.session(number: session.number),
        current.status == .triggered || current.status == .inProgress
      else { throw ImportAbandoned() }
      let phase = current.phase
      let value = try body(&current, transaction)
      try transaction.database.update(current)
      if current.phase != phase { try transaction.mirrorSessions(in: meter) }
      return value
    }
  }
}

/// The session was ended by somebody else, as by the deletion of its source.
struct ImportAbandoned: Error {}
