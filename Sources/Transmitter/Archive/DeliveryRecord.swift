package import SharedSignals

/// A delivery as it is told to administrators: where it stands, and how it came there.
package struct DeliveryRecord: Sendable {
  let position: DeliveryPosition
  /// Whether it tells of a stop of the stream that the transmitter made.
  let isFarewell: Bool
  package let jti: String
  package let streamID: String
  package let transactionID: String
  package let eventType: EventType
  package let state: DeliveryState
  /// When its event was accepted.
  package let accepted: Timestamp
  package let attempts: Int
  /// What the last attempt came to.
  package let lastCode: String?
  package let lastStatus: Int?
  /// When it is to be tried next; nil once it is settled.
  package let due: Timestamp?
  package let settled: Timestamp?
  /// When an administrator last had it sent again.
  package let replayed: Timestamp?
  /// Why an administrator gave it up.
  package let discardReason: String?

  /// The event that it carries.
  package var eventID: Int64 { position.event }

  /// Whether it may be sent again. A farewell may not: what it tells of may be over.
  var isReplayable: Bool { state.isReplayable && !isFarewell }
}

/// Everything that is known of one delivery.
package struct DeliveryDetail: Sendable {
  package let record: DeliveryRecord
  package let token: SecurityEventToken
  package let profile: SETProfile
  /// The SET as it goes over the wire, signed with the key that signs now; nil for one that will never be sent.
  package let compact: [UInt8]?
  /// The last attempts, oldest first.
  package let attempts: [AttemptRecord]
  package let event: EventRecord
}
