import SharedSignals

/// A delivery that is due, with all that its SET is made of.
struct PendingDelivery: Sendable {
  /// Where it stands in the order of acceptance.
  let sequence: Int64
  let stream: Int64
  let orderKey: [UInt8]
  /// When its event was accepted, or when it was last replayed.
  let accepted: Timestamp
  let history: DeliveryHistory
  let token: StoredSecurityEventToken
  /// Tells of the stream's own stop: sent although the stream is stopped.
  let isFarewell: Bool
  /// Where the receiver expects the subject.
  let profile: SETProfile

  /// `jti`.
  var tokenID: String { token.envelope.id }

  /// What it takes of memory, roughly: several times as many bytes while it is under way.
  var size: Int { token.size }

  var key: DeliveryKey { DeliveryKey(sequence: sequence, stream: stream, orderKey: orderKey) }
}

/// What the attempts so far came to.
struct DeliveryHistory: Hashable, Sendable {
  var attempts: Int = 0
  /// Attempts that failed for this event's own sake, as far as is known: those lengthen its back-off. What an outage
  /// of the receiver costs is not among them.
  var charged: Int = 0
  /// Attempts that the receiver answered by rejecting this very event.
  var rejections: Int = 0
}

extension Stream {
  /// Whether a delivery that was read ahead may still be sent as the stream is now.
  func mayCarry(_ delivery: PendingDelivery) -> Bool {
    delivery.sequence > droppedThrough && (status == .enabled || delivery.isFarewell)
  }
}
