package import JSON

extension SecurityEventToken {
  /// The claims set, in the order of ``appendClaims(to:)``.
  package func claims() -> JSONValue {
    var claims: JSONObject = [
      "iss": .string(issuer), "aud": audience.json, "iat": .integer(issuedAt), "jti": .string(id),
    ]
    claims["txn"] = transactionID.map(JSONValue.string)
    claims["sub_id"] = subject.json
    claims["events"] = [eventType.rawValue: .object(members)]
    return .object(claims)
  }

  /// Appends the claims set as compact JSON, always in the order iss, aud, iat, jti, txn, sub_id, events, so that
  /// every attempt signs the same bytes.
  package func appendClaims(to bytes: inout [UInt8]) {
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
    bytes += #","sub_id":"#.utf8
    subject.json.serialize(into: &bytes)
    bytes += #","events":{"#.utf8
    JSONValue.string(eventType.rawValue).serialize(into: &bytes)
    bytes += ":".utf8
    JSONValue.object(members).serialize(into: &bytes)
    bytes += "}}".utf8
  }
}
