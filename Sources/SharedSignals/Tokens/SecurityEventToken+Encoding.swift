package import JSON

extension SecurityEventToken {
  /// The claims set, in the order of ``appendClaims(as:to:)``.
  package func claims(as profile: SETProfile = .ssf10) -> JSONValue {
    var claims: JSONObject = [
      "iss": .string(issuer), "aud": audience.json, "iat": .integer(issuedAt), "jti": .string(id),
    ]
    claims["txn"] = transactionID.map(JSONValue.string)
    if profile.hasSubjectClaim { claims["sub_id"] = subject.json }
    claims["events"] = [eventType.rawValue: .object(profile.event(members, about: subject))]
    return .object(claims)
  }

  /// Appends the claims set as compact JSON, always in the order iss, aud, iat, jti, txn, sub_id, events, so that
  /// every attempt signs the same bytes.
  package func appendClaims(as profile: SETProfile = .ssf10, to bytes: inout [UInt8]) {
    envelope.append(
      subject: profile.hasSubjectClaim ? subject.json.text() : nil,
      event: JSONValue.object(profile.event(members, about: subject)).text(), to: &bytes)
  }

  /// All claims but the subject and the members.
  package var envelope: SETEnvelope {
    SETEnvelope(
      issuer: issuer, audience: audience, issuedAt: issuedAt, id: id, transactionID: transactionID,
      eventType: eventType)
  }
}
