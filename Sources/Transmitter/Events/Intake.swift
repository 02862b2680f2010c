import JSON
import OpenSSL
import SQLite

/// Where events come in: from submission to durable deliveries in one transaction.
package struct Intake: Sendable {
  private let store: Store
  private let registry: StreamRegistry
  private let doorbell: Doorbell
  private let environment: Environment
  /// What submissions are read under.
  package let policy: EventPolicy

  package init(
    store: Store, registry: StreamRegistry, doorbell: Doorbell, policy: EventPolicy = EventPolicy(),
    environment: Environment
  ) {
    self.store = store
    self.registry = registry
    self.doorbell = doorbell
    self.policy = policy
    self.environment = environment
  }

  /// Accepts events, all of them or none, and answers when they are on disk.
  ///
  /// - Parameter key: makes a repetition harmless: the same key with the same submissions answers the first
  ///   receipt again, for 24 hours.
  /// - Throws: `IntakeError`, or `StoreError` when nothing could be kept.
  package func accept(
    _ submissions: [EventSubmission], idempotencyKey key: IdempotencyKey? = nil
  ) async throws -> [AcceptedEvent] {
    let events = submissions.map(event)
    let (accepted, streams) = try await store.transaction { [self] transaction in
      if let key, let earlier = try transaction.database.receipt(for: key, at: environment.now()) {
        return (earlier, Set<Int64>())
      }
      var streams: Set<Int64> = []
      let accepted = try events.map { try post($0, in: transaction, for: &streams) }
      if let key { try transaction.database.keep(accepted, for: key, at: environment.now()) }
      return (accepted, streams)
    }
    doorbell.ring(streams)
    return accepted
  }

  /// Accepts an event as a part of somebody's own transaction, who rings for `streams` after the commit.
  package func post(
    _ event: Event, in transaction: Transaction, for streams: inout Set<Int64>
  ) throws -> AcceptedEvent {
    let recipients = try transaction.recipients(
      of: event, among: registry.subscribers(to: event.type), at: environment.now())
    streams.formUnion(recipients.map(\.number))
    return try transaction.post(event, to: recipients, environment: environment)
  }

  /// Wakes the delivery to these streams.
  package func ring(for streams: Set<Int64>) {
    if !streams.isEmpty { doorbell.ring(streams) }
  }

  private func event(_ submission: EventSubmission) -> Event {
    Event(
      type: submission.type, subject: submission.subject, members: submission.members,
      transactionID: submission.transactionID ?? environment.newOrderedIdentifier())
  }
}

/// A producer's own name for a submission, so that it may be repeated after a lost answer.
package struct IdempotencyKey: Hashable, Sendable {
  static let lifetime = Duration.seconds(24 * 3600)
  private static let longest = 255

  let clientID: String
  let name: String
  /// SHA-256 of the submitted bytes: the same key with other content is a mistake that must be told.
  let digest: [UInt8]

  /// - Throws: `IntakeError.malformedKey` unless the name has 1 to 255 visible ASCII characters.
  package init(_ name: String, of clientID: String, body: [UInt8]) throws(IntakeError) {
    guard (1...Self.longest).contains(name.utf8.count), name.utf8.allSatisfy({ $0 >= 0x21 && $0 <= 0x7E })
    else {
      throw .malformedKey
    }
    self.name = name
    self.clientID = clientID
    digest = SHA256.digest(body)
  }

  private init(name: String, clientID: String, digest: [UInt8]) {
    self.name = name
    self.clientID = clientID
    self.digest = digest
  }

  /// The key of one part of a submission that is accepted part by part. The first has the key itself, so that any
  /// other content is told under it, whatever the form of either; the space keeps the others apart from all keys.
  package func part(_ index: Int) -> IdempotencyKey {
    index == 0 ? self : IdempotencyKey(name: "\(name) \(index)", clientID: clientID, digest: digest)
  }
}

/// Why a submission is refused for its idempotency key.
package enum IntakeError: Error, CustomStringConvertible {
  case malformedKey
  case keyReused

  package var description: String {
    switch self {
    case .malformedKey: "the Idempotency-Key must have 1 to 255 visible ASCII characters"
    case .keyReused:
      "this Idempotency-Key was used for another submission in the last 24 h; use a new key for new content"
    }
  }
}
