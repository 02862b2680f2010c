import SQLite
import SharedSignals

/// How a delivery is read with the event that it carries.
extension PendingDelivery {
  /// What a statement selects to be read so, the delivery being `d`.
  static let columns = """
    d.seq, d.stream, d.order_key, coalesce(d.replayed_ms, e.accepted_ms), d.attempts, d.rejections, d.audience, d.iat, d.jti,
    e.txn, e.subject, e.type, e.members, d.profile, d.farewell, d.charged
    """

  /// What it joins: the event is looked up for each delivery, whatever else the planner might think of.
  static let itsEvent = "CROSS JOIN event e ON e.id = d.event_id"

  /// How many bytes the subject and the members of its event have, which alone have no narrow bound.
  static func eventSize(in row: borrowing Row) throws -> Int {
    try row.textSize(10) + row.textSize(12)
  }

  init(_ row: borrowing Row, issuer: String) throws {
    try self.init(
      sequence: row.int64(0), stream: row.int64(1), orderKey: row.bytes(2),
      accepted: Timestamp(milliseconds: row.int64(3)),
      history: DeliveryHistory(
        attempts: row.int(4), charged: row.int(15), rejections: row.int(5)),
      token: StoredSecurityEventToken(
        SETEnvelope(
          issuer: issuer, audience: .one(row.text(6)), issuedAt: row.int64(7), id: row.text(8),
          transactionID: row.text(9), eventType: EventType(rawValue: row.text(11))),
        subject: row.text(10), members: row.text(12)),
      isFarewell: row.bool(14), profile: row.value(13))
  }
}
