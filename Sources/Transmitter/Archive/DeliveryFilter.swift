/// Which deliveries an administrator asks for; what is nil is not asked for.
package struct DeliveryFilter: Sendable {
  package var streamID: String?
  package var state: DeliveryState?
  package var jti: String?
  package var transactionID: String?
  /// What the last attempt came to.
  package var code: String?
  /// Accepted at this instant or later.
  package var since: Timestamp?
  /// Accepted before this instant.
  package var until: Timestamp?

  package init() {}

  func admits(_ record: DeliveryRecord) -> Bool {
    (streamID ?? record.streamID) == record.streamID
      && (state ?? record.state) == record.state
      && (jti ?? record.jti) == record.jti
      && (transactionID ?? record.transactionID) == record.transactionID
      && (code == nil || code == record.lastCode)
      && (since ?? record.accepted) <= record.accepted
      && until.map { record.accepted < $0 } ?? true
  }
}
