import JSON
import SharedSignals

@testable import Transmitter

extension PendingDelivery {
  /// A due delivery of stream 1 about the subject with this name.
  static func testing(
    _ sequence: Int64, about subject: String = "", isFarewell: Bool = false,
    history: DeliveryHistory = DeliveryHistory()
  ) throws -> PendingDelivery {
    let name = subject.isEmpty ? "subject \(sequence)" : subject
    return PendingDelivery(
      sequence: sequence, stream: 1, orderKey: Array(name.utf8), accepted: Timestamp(milliseconds: 0),
      history: history,
      token: .testing(
        SecurityEventToken(
          issuer: "https://transmitter.example.com", audience: .one("a"), issuedAt: 0, id: "jti-\(sequence)",
          transactionID: nil, subject: try .opaque(name), eventType: .sessionRevoked, members: [:])),
      isFarewell: isFarewell, profile: .ssf10)
  }
}

extension StoredSecurityEventToken {
  /// The token as the store would give it out.
  static func testing(_ token: SecurityEventToken) -> StoredSecurityEventToken {
    StoredSecurityEventToken(
      token.envelope, subject: token.subject.json.text(), members: JSONValue.object(token.members).text())
  }
}
