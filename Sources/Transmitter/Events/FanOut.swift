import JSON
import OpenSSL
import SharedSignals

/// From one event to a delivery for each stream, inside an open transaction.
extension Transaction {
  /// Those streams among `subscribers` that the event's subject is in. What the transmitter itself tells a stream
  /// does not pass here: that the stream is its own subject goes without saying (SSF §8.1.4.1).
  func recipients(of event: Event, among subscribers: [Stream], at now: Timestamp) throws -> [Stream] {
    var filter = SubjectFilter(event.subject, in: database, at: now)
    return try subscribers.filter { try filter.admits($0) }
  }

  /// Keeps the event once, and a delivery for each of `streams` with its own `jti`; what is fixed here (`jti`,
  /// `iat`, `aud`, the SET profile) stays the same through every attempt.
  ///
  /// - Throws: `ClockError` where `iat` would be wrong for good.
  ///
  /// A disabled stream gets nothing but its farewell (SSF §8.1.2.1), and its count says so.
  func post(
    _ event: Event, to streams: [Stream], isFarewell: Bool = false, environment: Environment
  ) throws -> AcceptedEvent {
    try environment.checkClock()
    let now = environment.now()
    let orderKey = SHA256.digest(event.subject.orderKeySource.serialized(.canonical))
    let id = try database.insert(event, at: now)
    var deliveries: [AcceptedEvent.Delivery] = []
    for stream in streams {
      count(.accepted, of: stream.number)
      guard stream.status != .disabled || isFarewell else {
        count(.dropped, of: stream.number)
        continue
      }
      let jti = environment.newOrderedIdentifier()
      try database.insertDelivery(
        of: id, to: stream, jti: jti, orderKey: orderKey, isFarewell: isFarewell, at: now)
      count(.queued, of: stream.number)
      deliveries.append(AcceptedEvent.Delivery(streamID: stream.id, jti: jti))
    }
    return AcceptedEvent(id: id, transactionID: event.transactionID, deliveries: deliveries)
  }
}
