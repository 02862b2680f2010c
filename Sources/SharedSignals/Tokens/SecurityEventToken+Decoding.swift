package import JSON

/// Reading a token that someone else made, by the rules of RFC 8417 §2 and SSF 1.0 §4.
extension SecurityEventToken {
  /// Claims and members that no rule describes are allowed (SSF §4.2.3); unknown claims are not kept.
  package init(claims json: JSONValue) throws(SETError) {
    guard let claims = json.objectValue else { throw .notAnObject }
    try Self.refuseForbiddenClaims(in: claims)
    let event = try Self.event(in: claims)
    self.init(
      issuer: try Self.text("iss", in: claims),
      audience: try Self.audience(in: claims),
      issuedAt: try Self.issueTime(in: claims),
      id: try Self.text("jti", in: claims),
      transactionID: claims["txn"] == nil ? nil : try Self.text("txn", in: claims),
      subject: try Self.subject(in: claims),
      eventType: event.type,
      members: event.members
    )
  }

  private static func refuseForbiddenClaims(in claims: JSONObject) throws(SETError) {
    for name in ["sub", "exp"] where claims[name] != nil {
      throw .forbiddenClaim(name)
    }
  }

  private static func claim(_ name: String, in claims: JSONObject) throws(SETError) -> JSONValue {
    guard let value = claims[name] else { throw .missingClaim(name) }
    return value
  }

  private static func text(_ name: String, in claims: JSONObject) throws(SETError) -> String {
    guard let text = try claim(name, in: claims).stringValue, !text.isEmpty else {
      throw .unfitClaim(name, expected: "a string that is not empty")
    }
    return text
  }

  private static func audience(in claims: JSONObject) throws(SETError) -> Audience {
    guard let audience = Audience(json: try claim("aud", in: claims)) else {
      throw .unfitClaim("aud", expected: "a string or an array of strings, none empty")
    }
    return audience
  }

  private static func issueTime(in claims: JSONObject) throws(SETError) -> Int64 {
    guard let time = try claim("iat", in: claims).integerValue else {
      throw .unfitClaim("iat", expected: "a whole number of seconds since 1970")
    }
    return time
  }

  private static func subject(in claims: JSONObject) throws(SETError) -> SubjectIdentifier {
    let json = try claim("sub_id", in: claims)
    do {
      return try SubjectIdentifier(json: json, at: ["sub_id"])
    } catch {
      throw .unfitSubject(error)
    }
  }

  private static func event(in claims: JSONObject) throws(SETError) -> (type: EventType, members: JSONObject)
  {
    guard let events = try claim("events", in: claims).objectValue else {
      throw .unfitClaim("events", expected: "an object with the event under its type's URI")
    }
    guard events.count == 1, let event = events.first(where: { _ in true }) else {
      throw .eventCount(events.count)
    }
    let type = EventType(rawValue: event.name)
    guard type.isURI else { throw .eventTypeNotURI(event.name) }
    guard let members = event.value.objectValue else { throw .eventNotAnObject(type) }
    return (type, members)
  }
}
