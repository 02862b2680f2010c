package import JSON
package import SharedSignals

/// Something that happened to a subject: what a SET tells, before it is addressed to anyone.
package struct Event: Hashable, Sendable {
  package let type: EventType
  package let subject: SubjectIdentifier
  package let members: JSONObject
  /// Shared by all SETs that come from one cause (RFC 8417 §2.2).
  package let transactionID: String
  /// What made the transmitter tell of it: kept for administrators, never sent.
  package let origin: JSONObject?

  package init(
    type: EventType, subject: SubjectIdentifier, members: JSONObject, transactionID: String,
    origin: JSONObject? = nil
  ) {
    self.type = type
    self.subject = subject
    self.members = members
    self.transactionID = transactionID
    self.origin = origin
  }

  /// The event that tells of a change of status that the receiver did not make (SSF §8.1.5).
  static func streamUpdated(
    of stream: Stream, to status: StreamStatus, reason: String?, environment: Environment
  ) throws -> Event {
    var members: JSONObject = ["status": .string(status.rawValue)]
    members["reason"] = reason.map(JSONValue.string)
    return Event(
      type: .streamUpdated, subject: try .opaque(stream.id), members: members,
      transactionID: environment.newOrderedIdentifier())
  }

  /// The event that proves a stream works (SSF §8.1.4). Without a `state` it is one that nobody asked for.
  static func verification(of stream: Stream, state: String?, environment: Environment) throws -> Event {
    Event(
      type: .verification, subject: try .opaque(stream.id),
      members: state.map { ["state": .string($0)] } ?? [:],
      transactionID: environment.newOrderedIdentifier())
  }
}
