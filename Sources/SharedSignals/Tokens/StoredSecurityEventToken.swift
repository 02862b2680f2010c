import JSON

/// A Security Event Token as it is kept: subject and members as the compact JSON that their values were written as.
///
/// Nearly all are signed without a look into either.
package struct StoredSecurityEventToken: Sendable {
  package let envelope: SETEnvelope
  private let subject: String
  private let members: String

  /// - Parameters:
  ///   - subject: the text of `SubjectIdentifier.json`.
  ///   - members: the text of an object.
  package init(_ envelope: SETEnvelope, subject: String, members: String) {
    self.envelope = envelope
    self.subject = subject
    self.members = members
  }

  /// The bytes of subject and members, which alone have no narrow bound.
  package var size: Int { subject.utf8.count + members.utf8.count }

  /// The token itself.
  ///
  /// - Throws: `JSONSyntaxError` or `SubjectError` if what was kept is damaged.
  package func read() throws -> SecurityEventToken {
    SecurityEventToken(
      issuer: envelope.issuer, audience: envelope.audience, issuedAt: envelope.issuedAt, id: envelope.id,
      transactionID: envelope.transactionID,
      subject: try SubjectIdentifier(json: JSONValue(parsing: Array(subject.utf8)), at: .root),
      eventType: envelope.eventType,
      members: try JSONValue(parsing: Array(members.utf8)).objectValue ?? [:])
  }

  /// Appends the claims set, byte for byte as `SecurityEventToken` does.
  ///
  /// - Throws: as `read()` does, where the profile has the subject elsewhere than SSF 1.0.
  package func appendClaims(as profile: SETProfile = .ssf10, to bytes: inout [UInt8]) throws {
    guard profile == .ssf10 else { return try read().appendClaims(as: profile, to: &bytes) }
    envelope.append(subject: subject, event: members, to: &bytes)
  }
}
