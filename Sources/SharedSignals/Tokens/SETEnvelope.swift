import JSON

/// All claims of a Security Event Token but the subject and the event's members. See ``SecurityEventToken``.
package struct SETEnvelope: Hashable, Sendable {
  package let issuer: String
  package let audience: Audience
  package let issuedAt: Int64
  package let id: String
  package let transactionID: String?
  package let eventType: EventType

  package init(
    issuer: String, audience: Audience, issuedAt: Int64, id: String, transactionID: String?,
    eventType: EventType
  ) {
    self.issuer = issuer
    self.audience = audience
    self.issuedAt = issuedAt
    self.id = id
    self.transactionID = transactionID
    self.eventType = eventType
  }

  /// Appends the claims set as compact JSON.
  ///
  /// - Parameters:
  ///   - subject: `sub_id` as compact JSON; nil leaves the claim out.
  ///   - event: the event as compact JSON.
  func append(subject: String?, event: String, to bytes: inout [UInt8]) {
    append(#"{"iss":"#, .string(issuer), to: &bytes)
    append(#","aud":"#, audience.json, to: &bytes)
    append(#","iat":"#, .integer(issuedAt), to: &bytes)
    append(#","jti":"#, .string(id), to: &bytes)
    if let transactionID { append(#","txn":"#, .string(transactionID), to: &bytes) }
    if let subject {
      bytes += #","sub_id":"#.utf8
      bytes += subject.utf8
    }
    append(#","events":{"#, .string(eventType.rawValue), to: &bytes)
    bytes += ":".utf8
    bytes += event.utf8
    bytes += "}}".utf8
  }

  private func append(_ name: String, _ value: JSONValue, to bytes: inout [UInt8]) {
    bytes += name.utf8
    value.serialize(into: &bytes)
  }
}
