import HTTP
import JSON
import SQLite
package import SharedSignals
import Synchronization

/// All streams: kept in the store, mirrored in memory so that reading one never waits.
///
/// The mirror changes between two commits, never during one: whatever runs on the store's queue sees the
/// streams exactly as the database has them.
package final class StreamRegistry: Sendable {
  package let policy: StreamPolicy
  let store: Store
  private let sealer: Sealer
  let environment: Environment
  private let doorbell: Doorbell
  let subjectChanges: BucketTable<String>
  private let mirror: Mutex<StreamMirror>

  package init(
    store: Store, sealer: Sealer, policy: StreamPolicy, doorbell: Doorbell, environment: Environment
  ) async throws {
    let streams = try await store.read { try $0.loadStreams(sealer) }
    self.store = store
    self.sealer = sealer
    self.policy = policy
    self.doorbell = doorbell
    self.environment = environment
    let changes = policy.subjects.changesPerSecond
    subjectChanges = BucketTable(TokenBucket.Rate(changes, per: .seconds(1), burst: 2 * changes))
    mirror = Mutex(
      StreamMirror(streams, supported: policy.supportedEvents, at: environment.now()))
  }

  // MARK: - Reading

  /// - Throws: `RegistryError.noSuchStream` also for a stream of somebody else.
  package func stream(_ id: String, of owner: StreamOwner) throws(RegistryError) -> Stream {
    let now = environment.now()
    guard let stream = mirror.withLock({ $0.stream(id, of: owner, at: now) }) else { throw .noSuchStream(id) }
    return stream
  }

  /// The owner's streams, oldest first.
  package func streams(of owner: StreamOwner) -> [Stream] {
    mirror.withLock { $0.all }.filter { $0.belongs(to: owner) }
  }

  /// Totals of one stream's deliveries.
  package func totals(of stream: Stream) -> StreamTotals {
    store.ledger.totals(of: stream.number)
  }

  /// Whether an event would go to a stream as it is now: its status, its types and its subjects decide.
  package func delivers(_ submission: EventSubmission, to stream: Stream) async throws -> Bool {
    guard subscribers(to: submission.type).contains(where: { $0.number == stream.number }) else {
      return false
    }
    return try await store.read { [environment] database in
      var filter = SubjectFilter(submission.subject, in: database, at: environment.now())
      return try filter.admits(stream)
    }
  }

  /// What would be sent for an event, with a `jti` and `txn` that nothing else will have.
  package func preview(of submission: EventSubmission, in stream: Stream, issuer: String)
    -> SecurityEventToken
  {
    SecurityEventToken(
      issuer: issuer, audience: .one(stream.audience), issuedAt: environment.now().seconds,
      id: environment.newIdentifier(),
      transactionID: submission.transactionID ?? environment.newOrderedIdentifier(),
      subject: submission.subject,
      eventType: submission.type, members: submission.members)
  }

  /// When the receiver of a stream was last heard of.
  func lastActivity(of stream: Stream) -> Timestamp {
    mirror.withLock { $0.lastActivity(of: stream) }
  }

  func stream(number: Int64) -> Stream? {
    mirror.withLock { $0.stream(number: number) }
  }

  /// The streams that an event of this type goes to: all that ask for it and are not disabled.
  func subscribers(to type: EventType) -> [Stream] {
    mirror.withLock { $0.subscribers(to: type) }
  }

  // MARK: - Changing

  /// Makes a receiver's stream; a verification event follows by itself where the policy says so.
  ///
  /// - Parameter preparation: what has to be done in the same transaction before, such as registering the client.
  /// - Throws: `RegistryError.invalid` or `.tooManyStreams`.
  package func create(
    _ settings: ReceiverSettings, for principal: Principal,
    after preparation: @escaping @Sendable (Transaction) throws -> Void = { _ in }
  ) async throws -> Stream {
    let audience = principal.audience ?? settings.delivery.pushTarget?.endpoint.origin ?? principal.clientID
    let draft = try draft(
      settings, clientID: principal.clientID, isProvisioned: false, audience: audience, form: TokenForm())
    return try await keep(draft, after: preparation) { [self] _ in try checkLimits(for: principal.clientID) }
  }

  /// Makes a stream for a receiver that never calls us, or calls as `clientID`. Limits do not count it.
  package func provision(
    _ settings: ReceiverSettings, clientID: String?, audience: String?, form: TokenForm,
    terms: DeliveryTerms = DeliveryTerms()
  ) async throws -> Stream {
    guard let audience = audience ?? settings.delivery.pushTarget?.endpoint.origin ?? clientID else {
      throw RegistryError.invalid(["aud"], "is missing: a polled stream without a client needs one")
    }
    guard audience.isVisible(atMost: Client.longestAudience) else {
      throw RegistryError.invalid(
        ["aud"], "must have 1 to \(Client.longestAudience) characters, none of them space or control")
    }
    var draft = try draft(
      settings, clientID: clientID, isProvisioned: true, audience: audience, form: form)
    draft.terms = terms
    return try await keep(draft) { _ in }
  }

  /// Changes a stream's settings, form and terms, and its status at the transmitter's own wish: all of it, or nothing.
  /// Queued SETs stay queued, go where the new settings say and by the new terms. Of a change of status the receiver is
  /// told, before a stop and after a re-enable (SSF §8.1.5).
  ///
  /// - Parameter change: edits the stream as it is at the moment of the change; may throw. What else it has stays.
  package func update(
    _ id: String, of owner: StreamOwner, _ change: @escaping @Sendable (inout Stream) throws -> Void
  ) async throws -> Stream {
    try await edit(id, of: owner) { [policy, environment] stream, transaction in
      var wish = stream
      try change(&wish)
      if wish.settings != stream.settings { stream.settings = try wish.settings.validated(by: policy) }
      stream.form = wish.form
      stream.terms = wish.terms
      guard wish.status != stream.status else { return }
      try transaction.changeAndTell(
        &stream, to: wish.status, because: wish.reason?.cut(toScalars: Self.longestReason),
        environment: environment)
    }
  }

  /// A longer reason is cut to this many Unicode scalars.
  private static let longestReason = 1024

  /// Enables, pauses or disables a stream at its owner's wish (SSF §8.1.2). Disabling drops what is queued.
  package func setStatus(
    _ status: StreamStatus, reason: String?, of id: String, of owner: StreamOwner
  ) async throws -> Stream {
    try await edit(id, of: owner) { [environment] stream, transaction in
      if stream.status != status { try transaction.change(&stream, to: status, at: environment.now()) }
      stream.reason = reason?.cut(toScalars: Self.longestReason)
    }
  }

  /// Deletes a stream. What is queued for it is dropped, and counted.
  package func delete(_ id: String, of owner: StreamOwner) async throws {
    try await store.transaction { [self] in try delete(stream(id, of: owner), in: $0) }
  }

  /// Deletes all streams of a client as a part of its own deletion: in one transaction, so that it makes none
  /// between the two.
  package func deleteStreams(of clientID: String, in transaction: Transaction) throws {
    for stream in streams(of: .client(clientID)) { try delete(stream, in: transaction) }
  }

  /// Queues a verification event that echoes `state` (SSF §8.1.4.2).
  ///
  /// - Throws: `RegistryError.verificationTooSoon` within the minimum interval since the last request.
  package func requestVerification(of id: String, of owner: StreamOwner, state: String?) async throws {
    _ = try await edit(id, of: owner) { [self] stream, transaction in
      let now = environment.now()
      // One in the future is from before the clock was set back: nobody has to wait for it to come again.
      if let last = stream.verificationRequested, last <= now {
        let wait = policy.minimumVerificationInterval - now.since(last)
        if wait > .zero { throw RegistryError.verificationTooSoon(retryAfter: wait) }
      }
      stream.verificationRequested = now
      try transaction.record(.verificationRequested, .stream(id), at: now)
      try verify(stream, state: state, in: transaction)
    }
  }

  // MARK: - Parts

  private func draft(
    _ settings: ReceiverSettings, clientID: String?, isProvisioned: Bool, audience: String,
    form: TokenForm
  ) throws -> Stream {
    let now = environment.now()
    return Stream(
      number: 0, id: environment.newIdentifier(), clientID: clientID, isProvisioned: isProvisioned,
      audience: audience, form: form, settings: try settings.validated(by: policy), status: .enabled,
      reason: nil, created: now, updated: now,
      verificationRequested: nil, droppedThrough: 0, defaultSubjects: policy.subjects.initial)
  }

  /// - Throws: `RegistryError.noSuchClient` also for a client that was deleted since its request was let in.
  private func keep(
    _ draft: Stream, after preparation: @escaping @Sendable (Transaction) throws -> Void = { _ in },
    if allowed: @escaping @Sendable (Transaction) throws -> Void
  ) async throws -> Stream {
    let stream = try await store.transaction { [self] transaction in
      try preparation(transaction)
      if let owner = draft.clientID, try !transaction.database.hasClient(owner) {
        throw RegistryError.noSuchClient(owner)
      }
      try allowed(transaction)
      let stream = try transaction.database.insert(draft, sealer)
      try transaction.record(
        .streamCreated, .stream(stream.id), after: stream.audited(), at: environment.now())
      if policy.verifiesNewStreams { try verify(stream, state: nil, in: transaction) }
      reflect(stream, in: transaction)
      return stream
    }
    doorbell.ring(stream.number)
    return stream
  }

  private func delete(_ stream: Stream, in transaction: Transaction) throws {
    var gone = stream
    gone.droppedThrough = try transaction.database.lastDelivery(of: stream.number)
    gone.updated = environment.now()
    try transaction.database.delete(gone)
    try transaction.record(.streamDeleted, .stream(stream.id), before: stream.audited(), at: gone.updated)
    transaction.afterCommit { [self] in
      mirror.withLock { $0.remove(stream) }
      doorbell.ring(stream.number)
    }
  }

  private func edit(
    _ id: String, of owner: StreamOwner,
    _ change: @escaping @Sendable (inout Stream, Transaction) throws -> Void
  ) async throws -> Stream {
    let edited = try await store.transaction { [self] transaction in
      let before = try stream(id, of: owner)
      var stream = before
      try change(&stream, transaction)
      stream.updated = environment.now()
      try transaction.database.update(stream, sealer)
      try transaction.record(
        .streamUpdated, .stream(id), before: before.audited(), after: stream.audited(after: before),
        at: stream.updated)
      // A receiver that has moved, or is shown another certificate, never asked for quiet.
      if stream.route != before.route { try transaction.database.endQuiet(stream.number) }
      reflect(stream, in: transaction)
      return stream
    }
    doorbell.ring(edited.number)
    return edited
  }

  /// Brings a changed stream into the mirror, with the commit.
  func reflect(_ stream: Stream, in transaction: Transaction) {
    transaction.afterCommit { self.mirror.withLock { $0.put(stream) } }
  }

  private func checkLimits(for clientID: String) throws(RegistryError) {
    let owned = mirror.withLock { $0.all }.filter { !$0.isProvisioned }
    guard owned.count(where: { $0.clientID == clientID }) < policy.maximumStreamsPerClient else {
      throw .tooManyStreams(limit: policy.maximumStreamsPerClient, key: "limits.streams_per_client")
    }
    guard owned.count < policy.maximumStreams else {
      throw .tooManyStreams(limit: policy.maximumStreams, key: "limits.streams")
    }
  }

  private func verify(_ stream: Stream, state: String?, in transaction: Transaction) throws {
    let event = try Event.verification(of: stream, state: state, environment: environment)
    _ = try transaction.post(event, to: [stream], environment: environment)
  }
}
