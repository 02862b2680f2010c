import JSON

/// What an access token says, whoever says it: the payload of a JWT (RFC 9068 §2.2), or the answer of an
/// introspection endpoint (RFC 7662 §2.2). A claim of the wrong type makes the token invalid.
struct AccessTokenClaims: Sendable {
  /// Nothing that an honest issuer writes is deeper.
  static let options = JSONParser.Options(maximumDepth: 8)

  private let members: JSONObject

  init(_ members: JSONObject) {
    self.members = members
  }

  init(parsing payload: [UInt8]) throws(AuthenticationFailure) {
    let json: JSONValue
    do {
      json = try JSONValue(parsing: payload, options: Self.options)
    } catch {
      throw .invalid("the claims are not valid JSON: \(error)")
    }
    guard let members = json.objectValue else { throw .invalid("the claims are no object") }
    self.init(members)
  }

  func has(_ name: String) -> Bool { members[name] != nil }

  func value(_ name: String) -> JSONValue? { members[name] }

  /// A text that is not empty; nil if there is no such claim.
  func text(_ name: String) throws(AuthenticationFailure) -> String? {
    guard let value = members[name] else { return nil }
    guard let text = value.stringValue, !text.isEmpty else { throw wrongType(name) }
    return text
  }

  /// A text or an array of texts, as `aud` is (RFC 7519 §4.1.3); nil if there is no such claim.
  func texts(_ name: String) throws(AuthenticationFailure) -> [String]? {
    guard let value = members[name] else { return nil }
    if let text = value.stringValue { return [text] }
    guard let elements = value.arrayValue else { throw wrongType(name) }
    let texts = elements.compactMap(\.stringValue)
    guard texts.count == elements.count else { throw wrongType(name) }
    return texts
  }

  /// A NumericDate (RFC 7519 §2), which may have a fraction; nil if there is no such claim.
  func time(_ name: String) throws(AuthenticationFailure) -> Timestamp? {
    guard let value = members[name] else { return nil }
    guard let seconds = Self.seconds(value), Self.plausibleSeconds.contains(seconds) else {
      throw wrongType(name)
    }
    return Timestamp(milliseconds: Int64(seconds * 1000))
  }

  /// Until the end of the year 9999.
  private static let plausibleSeconds = 0.0...253_402_300_799

  private static func seconds(_ value: JSONValue) -> Double? {
    switch value {
    case .integer(let seconds): Double(seconds)
    case .number(let text): Double(text)
    default: nil
    }
  }

  private func wrongType(_ name: String) -> AuthenticationFailure {
    .invalid("the claim \(name) is not what it must be")
  }
}
