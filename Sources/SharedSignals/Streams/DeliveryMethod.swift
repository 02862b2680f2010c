/// How SETs reach the receiver; the raw value is the URN of SSF 1.0 §6.1.
package enum DeliveryMethod: String, CaseIterable, Sendable {
  /// The transmitter posts each SET to the receiver (RFC 8935).
  case push = "urn:ietf:rfc:8935"
  /// The receiver fetches SETs from the transmitter (RFC 8936).
  case poll = "urn:ietf:rfc:8936"
}
