import JSON
import SQLite
import Transmitter

/// The sessions of identity sources, from their creation to the start of their import.
package struct SessionDesk: Sendable {
  package let policy: IdentitySourcePolicy
  private let store: Store
  private let bell: ImportBell
  private let meter: ImportMeter
  private let environment: Environment

  init(
    policy: IdentitySourcePolicy, store: Store, bell: ImportBell, meter: ImportMeter, environment: Environment
  ) {
    self.policy = policy
    self.store = store
    self.bell = bell
    self.meter = meter
    self.environment = environment
  }

  // MARK: - Reading

  /// The sessions of a source, newest first.
  package func sessions(of sourceID: String) async throws -> [ImportSession] {
    try await transaction { database, _ in
      try database.sessions(of: database.requireSource(sourceID).number, atMost: Database.listedSessions)
    }
  }

  /// The newest sessions of all sources.
  package func sessions() async throws -> [ImportSession] {
    try await transaction { database, _ in try database.sessions(atMost: Database.listedSessions) }
  }

  /// A session by its id.
  ///
  /// - Parameter sourceID: the source that it must be of; nil for any.
  package func session(_ id: String, of sourceID: String?) async throws -> ImportSession {
    try await transaction { database, _ in try database.requireSession(id, of: sourceID) }
  }

  // MARK: - Changing

  /// Makes a session for a client of the Identity Source API.
  ///
  /// - Throws: `.sessionOpen` while there is one already, `.tooManyWaiting`, `.importTooSoon`.
  package func create(of sourceID: String) async throws -> ImportSession {
    try await transition("import.create") { database, now in
      let source = try database.requireSource(sourceID)
      let open = try database.openSessions(of: source.number, atMost: policy.openSessionsPerSource)
      if open.count >= policy.openSessionsPerSource, let first = open.first {
        throw IdentitySourceError.sessionOpen(first.id)
      }
      try requireRoom(in: source, database)
      if let last = try database.lastTriggered(of: source.number) {
        let wait = policy.importInterval - now.since(last)
        if wait > .zero { throw IdentitySourceError.importTooSoon(retryAfter: wait) }
      }
      return try make(of: source, origin: .client, isFull: false, in: database, at: now)
    }
  }

  /// Makes a session for an administrator, whom the API's limits of sessions and uploads do not bind.
  ///
  /// - Throws: `.tooManyWaiting`.
  package func createImport(of sourceID: String, isFull: Bool) async throws -> ImportSession {
    try await transition("import.create") { database, now in
      let source = try database.requireSource(sourceID)
      try requireRoom(in: source, database)
      return try make(of: source, origin: .administrator, isFull: isFull, in: database, at: now)
    }
  }

  private func requireRoom(in source: IdentitySource, _ database: Database) throws {
    guard try database.activeSessions(of: source.number) < policy.waitingImportsPerSource else {
      throw IdentitySourceError.tooManyWaiting(limit: policy.waitingImportsPerSource)
    }
  }

  private func make(
    of source: IdentitySource, origin: ImportSession.Origin, isFull: Bool, in database: Database,
    at now: Timestamp
  ) throws -> ImportSession {
    try database.forgetSessions(of: source.number)
    bell.ring()
    return try database.insertSession(
      environment.newIdentifier(), of: source, origin: origin, isFull: isFull, at: now)
  }

  /// Keeps uploads for the import, all of them or none.
  package func add(_ uploads: [Upload], to id: String, of sourceID: String?) async throws {
    _ = try await store.transaction { [self] transaction in
      try change("import.upload", in: transaction) { database, now in
        var session = try database.requireSession(id, of: sourceID)
        try session.require(.created, "takes no uploads")
        if session.origin == .client, session.uploads + uploads.count > policy.uploadsPerSession {
          throw IdentitySourceError.tooManyUploads(limit: policy.uploadsPerSession)
        }
        for upload in uploads {
          session.uploads += 1
          session.records += upload.records
          try database.insert(upload, number: session.uploads, of: session.number)
        }
        session.updated = now
        try database.update(session)
        return session
      }
    }
  }

  /// Closes a session whose import was not started; what was uploaded is forgotten.
  package func close(_ id: String, of sourceID: String?) async throws {
    _ = try await transition("import.close") { database, now in
      var session = try database.requireSession(id, of: sourceID)
      try session.require(.created, "cannot be deleted")
      try database.end(&session, as: .closed, at: now)
      return session
    }
    bell.ring()
  }

  /// Starts the import of what was uploaded. Imports of one source run one after the other.
  package func start(_ id: String, of sourceID: String?) async throws -> ImportSession {
    let session = try await transition("import.start") { database, now in
      var session = try database.requireSession(id, of: sourceID)
      try session.require(.created, "cannot be started")
      guard session.records > 0 || session.isFull else { throw IdentitySourceError.nothingUploaded }
      session.status = .triggered
      session.triggered = now
      session.updated = now
      try database.update(session)
      return session
    }
    bell.ring()
    return session
  }

  // MARK: - The brake

  /// Lets an import go on that is held.
  package func approve(_ id: String) async throws -> ImportSession {
    try await decide(id, as: "import.approve") { session, database, now in
      session.phase = .applying
      session.updated = now
      try database.update(session)
    }
  }

  /// Gives an import up that is held; nothing was sent or changed.
  package func discard(_ id: String) async throws -> ImportSession {
    let session = try await decide(id, as: "import.discard") { session, database, now in
      try database.end(&session, as: .closed, at: now)
    }
    meter.note(.discarded)
    return session
  }

  private func decide(
    _ id: String, as action: AuditAction,
    _ decision: @escaping @Sendable (inout ImportSession, Database, Timestamp) throws -> Void
  ) async throws -> ImportSession {
    let session = try await transition(action) { database, now in
      var session = try database.requireSession(id, of: nil)
      guard session.status == .inProgress, session.phase == .held else {
        throw IdentitySourceError.notHeld(id)
      }
      try decision(&session, database, now)
      return session
    }
    bell.ring()
    return session
  }

  /// Changes how far a session is.
  private func transition(
    _ action: AuditAction, _ body: @escaping @Sendable (Database, Timestamp) throws -> ImportSession
  ) async throws -> ImportSession {
    try await store.transaction { [self] transaction in
      let session = try change(action, in: transaction, body)
      try transaction.mirrorSessions(in: meter)
      return session
    }
  }

  /// Changes a session, and tells the audit log.
  private func change(
    _ action: AuditAction, in transaction: Transaction,
    _ body: (Database, Timestamp) throws -> ImportSession
  ) throws -> ImportSession {
    let now = environment.now()
    let session = try expiring(in: transaction, at: now, body)
    try transaction.record(action, AuditTarget("import", session.id), after: session.audited, at: now)
    return session
  }

  /// Every look at a session first expires those that were idle for too long, so that none is seen alive that is not.
  private func transaction<Value: Sendable>(
    _ body: @escaping @Sendable (Database, Timestamp) throws -> Value
  ) async throws -> Value {
    try await store.transaction { [self] transaction in
      try expiring(in: transaction, at: environment.now(), body)
    }
  }

  private func expiring<Value>(
    in transaction: Transaction, at now: Timestamp, _ body: (Database, Timestamp) throws -> Value
  ) throws -> Value {
    _ = try transaction.expireSessions(idleSince: now - policy.sessionIdleTime, at: now, meter)
    return try body(transaction.database, now)
  }
}

extension ImportSession {
  fileprivate var audited: JSONObject {
    [
      "source": .string(sourceID), "status": .string(status.rawValue), "full": .bool(isFull),
      "uploads": .integer(Int64(uploads)), "records": .integer(Int64(records)),
    ]
  }

  func require(_ status: SessionStatus, _ consequence: String) throws(IdentitySourceError) {
    guard self.status == status else { throw .wrongStatus(self.status, consequence) }
  }
}

extension Database {
  fileprivate static let listedSessions = 200

  /// - Throws: `IdentitySourceError.noSuchSource` or `.noSuchSession`.
  fileprivate func requireSession(_ id: String, of sourceID: String?) throws -> ImportSession {
    let source = try sourceID.map(requireSource)
    guard let session = try session(id), source.map({ $0.number == session.source }) ?? true else {
      throw IdentitySourceError.noSuchSession(id)
    }
    return session
  }

  func end(_ session: inout ImportSession, as status: SessionStatus, at now: Timestamp) throws {
    session.status = status
    session.phase = nil
    session.updated = now
    try update(session)
  }
}
