import JSON
package import SharedSignals

/// One event stream: the agreement with one receiver on what it gets and where (SSF §8.1.1).
package struct Stream: Hashable, Sendable {
  /// The short name of the stream inside the store.
  package let number: Int64
  package let id: String
  /// The client whose stream this is; nil for one that an administrator made.
  package let clientID: String?
  /// Whether an administrator made it: then it counts against no limit and never falls asleep.
  package let isProvisioned: Bool
  /// The `aud` of its SETs; never changes (SSF §8.1.1).
  package let audience: String
  package var form: TokenForm
  package var settings: ReceiverSettings
  package var terms = DeliveryTerms()
  package var status: StreamStatus
  /// How often its status has changed since the daemon started.
  var statusChanges = 0
  /// Why the stream has its status, as whoever set it said.
  package var reason: String?
  package let created: Timestamp
  package var updated: Timestamp
  /// When a receiver last asked for a verification event.
  package var verificationRequested: Timestamp?
  /// Deliveries up to this one belong to a stop of the stream and are never sent.
  package var droppedThrough: Int64
  /// Whether it began with every subject, and stores what was removed, or with none, and stores what was added.
  package let defaultSubjects: DefaultSubjects
  /// The shapes of the subjects that are stored: an event costs one look-up for each.
  var subjectShapes: Set<SubjectShape> = []

  /// Whether `owner` may see and change this stream (SSF §8: a foreign stream is like a missing one).
  package func belongs(to owner: StreamOwner) -> Bool {
    switch owner {
    case .administrator: true
    case .client(let id): clientID == id
    }
  }

  /// How its SETs go out now; nil for a stream that is polled.
  var route: PushRoute? {
    settings.delivery.pushTarget.map { PushRoute(target: $0, identity: terms.identity) }
  }

  /// The era that an attempt belongs to which begins now; nil for a stream that is polled.
  var era: PushEra? { route.map { PushEra(route: $0, statusChanges: statusChanges) } }

  /// Whether a subject is the stream itself: that is always in, and cannot be removed (SSF §8.1.4.1).
  func isSubject(_ subject: SubjectIdentifier) -> Bool {
    subject.format == .opaque && subject.json["id"] == .string(id)
  }
}

extension DefaultSubjects {
  /// How the subjects match that a stream stores which began so.
  var matching: SubjectMatching {
    switch self {
    case .everySubject: .exclusion
    case .noSubject: .inclusion
    }
  }
}

/// On whose behalf an operation on streams is made.
package enum StreamOwner: Hashable, Sendable {
  case client(String)
  case administrator
}

/// What a receiver decides about its stream: the receiver-supplied members of the stream configuration.
package struct ReceiverSettings: Hashable, Sendable {
  package var delivery: StreamDelivery
  /// As the receiver sent it, unknown types included; nil asks for everything that is supported.
  package var eventsRequested: [String]?
  package var description: String?

  package init(delivery: StreamDelivery, eventsRequested: [String]? = nil, description: String? = nil) {
    self.delivery = delivery
    self.eventsRequested = eventsRequested
    self.description = description
  }

  /// The types that are delivered: what is both supported and requested (SSF §8.1.1).
  package func eventsDelivered(of supported: [EventType]) -> [EventType] {
    guard let eventsRequested else { return supported }
    let requested = Set(eventsRequested)
    return supported.filter { requested.contains($0.rawValue) }
  }
}
