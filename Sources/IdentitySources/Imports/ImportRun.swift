import Transmitter

/// One import from its start, or from where a restart found it, to its end or to the brake.
struct ImportRun {
  let context: ImportContext
  let session: ImportSession

  func run() async throws {
    if session.phase != .applying, try await isHeld() { return }
    try await ImportApplication(context: context, session: session).run()
  }

  /// Compares, and asks the brake.
  private func isHeld() async throws -> Bool {
    try await enter(.comparing)
    var comparison = ImportComparison(session, in: context)
    try await comparison.run()
    let preview = try await preview(comparison)
    try await context.transaction(on: session) { session, _ in
      session.phase = preview.isHeld ? .held : .applying
      session.updated = context.environment.now()
      session.report.unchanged = preview.report.unchanged
      session.report.changes = preview.report.changes
      if preview.isHeld {
        session.report.held = ImportReport.Held(people: preview.report.people, limit: preview.limit)
        session.report.faults = preview.report.faults
      }
    }
    return preview.isHeld
  }

  private func enter(_ phase: ImportPhase) async throws {
    try await context.transaction(on: session) { session, _ in
      session.status = .inProgress
      session.phase = phase
      session.updated = context.environment.now()
    }
  }

  private func preview(_ comparison: ImportComparison) async throws -> ImportPreview {
    let number = session.source
    let source = try await context.read { try $0.source(number: number) }
    return try await ImportPreview(
      of: session, identities: source?.identities ?? 0, unchanged: comparison.unchanged, in: context)
  }

  /// What the import would do if it were started now; leaves no trace.
  func dryRun() async throws -> ImportPreview {
    try await requireUntouched()
    defer { context.meter.forget(session.number) }
    var comparison = ImportComparison(session, in: context)
    try await comparison.run()
    let preview = try await preview(comparison)
    try await context.clearStaged(session)
    return preview
  }

  /// Since somebody asked, its import may have been started: what that has put aside is not a dry run's to clear.
  private func requireUntouched() async throws {
    let number = session.number
    guard let current = try await context.read({ try $0.session(number: number) }) else {
      throw IdentitySourceError.noSuchSession(session.id)
    }
    try current.require(.created, "cannot be started")
  }
}
