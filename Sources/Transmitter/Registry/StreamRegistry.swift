import HTTP
import SQLite
package import SharedSignals
import Synchronization

/// All streams: kept in the store, mirrored in memory so that reading one never waits.
///
/// The mirror changes between two commits, never during one: whatever runs on the store's queue sees the
/// streams exactly as the database has them.
package final class StreamRegistry: Sendable {
  package let policy: StreamPolicy
  private let store: Store
  private let sealer: Sealer
  private let environment: Environment
  private let doorbell: Doorbell
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
    mirror = Mutex(StreamMirror(streams, supported: policy.supportedEvents))
  }

  // MARK: - Reading

  /// - Throws: `RegistryError.noSuchStream` also for a stream of somebody else.
  package func stream(_ id: String, of owner: StreamOwner) throws(RegistryError) -> Stream {
    guard let stream = mirror.withLock({ $0.stream(id) }), stream.belongs(to: owner) else {
      throw .noSuchStream(id)
    }
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

  func stream(number: Int64) -> Stream? {
    mirror.withLock { $0.stream(number: number) }
  }

  /// The streams that an event of this type goes to: all that ask for it and are not disabled.
  func subscribers(to type: EventType) -> [Stream] {
    mirror.withLock { $0.subscribers(to: type) }
  }

  // MARK: - Changing

  /// Makes a stream; a verification event follows by itself where the policy says so.
  ///
  /// - Throws: `RegistryError.invalid` or `.tooManyStreams`.
  package func create(_ settings: ReceiverSettings, for principal: Principal) async throws -> Stream {
    let settings = try settings.validated(by: policy)
    let now = environment.now()
    let draft = Stream(
      number: 0, id: environment.newIdentifier(), clientID: principal.clientID,
      audience: principal.audience ?? settings.delivery.pushTarget?.endpoint.origin ?? principal.clientID,
      profile: .ssf10, settings: settings,
      status: .enabled, reason: nil, created: now, updated: now, verificationRequested: nil, droppedThrough: 0
    )
    let stream = try await store.transaction { [self] transaction in
      try checkLimits(for: principal.clientID)
      let stream = try transaction.database.insert(draft, sealer)
      if policy.verifiesNewStreams { try verify(stream, state: nil, in: transaction) }
      reflect(stream, in: transaction)
      return stream
    }
    doorbell.ring(stream.number)
    return stream
  }

  /// Changes a receiver's settings. Queued SETs stay queued and go where the new settings say.
  ///
  /// - Parameter change: edits the settings as they are at the moment of the change; may throw.
  package func update(
    _ id: String, of owner: StreamOwner,
    _ change: @escaping @Sendable (inout ReceiverSettings) throws -> Void
  ) async throws -> Stream {
    try await edit(id, of: owner) { [policy] stream, _ in
      var settings = stream.settings
      try change(&settings)
      stream.settings = try settings.validated(by: policy)
    }
  }

  /// Enables, pauses or disables a stream at its owner's wish (SSF §8.1.2). Disabling drops what is queued.
  package func setStatus(
    _ status: StreamStatus, reason: String?, of id: String, of owner: StreamOwner
  ) async throws -> Stream {
    try await edit(id, of: owner) { stream, transaction in
      stream.status = status
      stream.reason = reason
      if status == .disabled {
        stream.droppedThrough = try transaction.database.lastDelivery(of: stream.number)
      }
    }
  }

  /// Deletes a stream. What is queued for it is dropped, and counted.
  package func delete(_ id: String, of owner: StreamOwner) async throws {
    let number = try await store.transaction { [self, environment] transaction in
      var stream = try stream(id, of: owner)
      stream.droppedThrough = try transaction.database.lastDelivery(of: stream.number)
      stream.updated = environment.now()
      try transaction.database.delete(stream)
      let gone = stream
      transaction.afterCommit { self.mirror.withLock { $0.remove(gone) } }
      return gone.number
    }
    doorbell.ring(number)
  }

  /// Queues a verification event that echoes `state` (SSF §8.1.4.2).
  ///
  /// - Throws: `RegistryError.verificationTooSoon` within the minimum interval since the last request.
  package func requestVerification(of id: String, of owner: StreamOwner, state: String?) async throws {
    _ = try await edit(id, of: owner) { [self] stream, transaction in
      let now = environment.now()
      if let last = stream.verificationRequested {
        let wait = policy.minimumVerificationInterval - now.since(last)
        if wait > .zero { throw RegistryError.verificationTooSoon(retryAfter: wait) }
      }
      stream.verificationRequested = now
      try verify(stream, state: state, in: transaction)
    }
  }

  // MARK: - Parts

  private func edit(
    _ id: String, of owner: StreamOwner,
    _ change: @escaping @Sendable (inout Stream, Transaction) throws -> Void
  ) async throws -> Stream {
    let edited = try await store.transaction { [self] transaction in
      var stream = try stream(id, of: owner)
      try change(&stream, transaction)
      stream.updated = environment.now()
      try transaction.database.update(stream, sealer)
      reflect(stream, in: transaction)
      return stream
    }
    doorbell.ring(edited.number)
    return edited
  }

  private func reflect(_ stream: Stream, in transaction: Transaction) {
    transaction.afterCommit { self.mirror.withLock { $0.put(stream) } }
  }

  private func checkLimits(for clientID: String) throws(RegistryError) {
    let owned = mirror.withLock { $0.all }.filter { $0.clientID != nil }
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
