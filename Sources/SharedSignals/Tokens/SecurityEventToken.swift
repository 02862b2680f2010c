package import JSON

/// The claims of one Security Event Token as SSF 1.0 §4 has them: one event about one subject, for one receiver.
///
/// It never holds `sub` or `exp` (SSF §4.1.2, §4.1.7). Signing, and with it the JOSE header, is not its business.
package struct SecurityEventToken: Hashable, Sendable {
  /// The media type of the signed token (RFC 8417 §2.3).
  package static let mediaType = "application/secevent+jwt"
  /// The header parameter `typ` of the signed token (RFC 8417 §2.3).
  package static let joseType = "secevent+jwt"

  /// `iss`: equal to the stream's, byte for byte.
  package let issuer: String
  /// `aud`.
  package let audience: Audience
  /// `iat`, in seconds since 1970-01-01T00:00:00Z.
  package let issuedAt: Int64
  /// `jti`: the same at every attempt to deliver this token.
  package let id: String
  /// `txn`: shared by all tokens that one cause gave rise to.
  package let transactionID: String?
  /// `sub_id`.
  package let subject: SubjectIdentifier
  /// The one name in `events`.
  package let eventType: EventType
  /// The event itself, the value of that name.
  package let members: JSONObject

  package init(
    issuer: String, audience: Audience, issuedAt: Int64, id: String, transactionID: String?,
    subject: SubjectIdentifier, eventType: EventType, members: JSONObject
  ) {
    self.issuer = issuer
    self.audience = audience
    self.issuedAt = issuedAt
    self.id = id
    self.transactionID = transactionID
    self.subject = subject
    self.eventType = eventType
    self.members = members
  }
}
