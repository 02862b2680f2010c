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
    bytes += #"{"iss":"#.utf8
    JSONValue.string(issuer).serialize(into: &bytes)
    bytes += #","aud":"#.utf8
    audience.json.serialize(into: &bytes)
    bytes += #","iat":"#.utf8
    JSONValue.integer(issuedAt).serialize(into: &bytes)
    bytes += #","jti":"#.utf8
    JSONValue.string(id).serialize(into: &bytes)
    if let transactionID {
      bytes += #","txn":"#.utf8
      JSONValue.string(transactionID).serialize(into: &bytes)
    }
    if profile.hasSubjectClaim {
      bytes += #","sub_id":"#.utf8
      subject.json.serialize(into: &bytes)
    }
    bytes += #","events":{"#.utf8
    JSONValue.string(eventType.rawValue).serialize(into: &bytes)
    bytes += ":".utf8
    JSONValue.object(profile.event(members, about: subject)).serialize(into: &bytes)
    bytes += "}}".utf8
  }
}
