package import JSON

/// The protected header of a JWS (RFC 7515 §4), together with its encoded segment.
///
/// To sign, it is made once per key and token type, so that a signature costs no JSON and no encoding of it.
/// Of a token received it keeps all members, for rules of the caller about `nonce`, `jwk` and the like.
package struct JOSEHeader: Sendable, Equatable {
  /// The `alg` member.
  package let algorithm: SignatureAlgorithm
  /// The `typ` member, as written.
  package let type: String?
  /// The `kid` member, at most 128 bytes.
  package let keyID: String?
  /// All members.
  package let members: JSONObject
  /// The header as the first segment of a compact JWS.
  let segment: [UInt8]

  /// A header to sign with.
  ///
  /// - Throws: `JOSEError` for a key identifier that is empty or longer than 128 bytes.
  package init(algorithm: SignatureAlgorithm, type: String? = nil, keyID: String? = nil) throws(JOSEError) {
    self.algorithm = algorithm
    self.type = type
    self.keyID = keyID
    if let keyID, let fault = KeyID.fault(of: keyID) { throw JOSEError(.unusableKey, fault) }
    members = Self.members(algorithm: algorithm, type: type, keyID: keyID)
    segment = Array(Base64URL.encode(JSONValue.object(members).serialized()).utf8)
  }

  /// Reads the first segment of a token.
  init(segment: [UInt8]) throws(JOSEError) {
    members = try Self.parse(segment)
    try Self.refuseExtensions(members)
    algorithm = try Self.algorithm(of: members)
    type = try Self.text("typ", of: members)
    keyID = try Self.text("kid", of: members)
    if let keyID, let fault = KeyID.fault(of: keyID) { throw JOSEError(.malformedToken, fault) }
    self.segment = segment
  }

  private static func members(algorithm: SignatureAlgorithm, type: String?, keyID: String?) -> JSONObject {
    var members: JSONObject = ["alg": .string(algorithm.rawValue)]
    members["typ"] = type.map(JSONValue.string)
    members["kid"] = keyID.map(JSONValue.string)
    return members
  }

  /// Nothing that an honest signer writes is deeper.
  private static let options = JSONParser.Options(maximumDepth: 8)

  private static func parse(_ segment: [UInt8]) throws(JOSEError) -> JSONObject {
    let json: JSONValue
    do {
      json = try JSONValue(parsing: Base64URL.decode(segment.span), options: options)
    } catch {
      throw JOSEError(.malformedToken, "header: \(error)")
    }
    guard let members = json.objectValue else {
      throw JOSEError(.malformedToken, "the header is of type \(json.typeName), not object")
    }
    return members
  }

  /// RFC 7515 §4.1.11: critical extensions that are not understood refuse the token, and none is understood.
  /// RFC 7797 §3: `b64` makes the payload another one; a signer must name it in `crit`, but one that does not
  /// is no safer.
  private static func refuseExtensions(_ members: JSONObject) throws(JOSEError) {
    guard members["crit"] == nil else {
      throw JOSEError(.unsupportedHeader, "crit is present, and no extension is understood here")
    }
    guard members["b64"] ?? true == true else {
      throw JOSEError(.unsupportedHeader, "b64 asks for an unencoded payload")
    }
  }

  private static func algorithm(of members: JSONObject) throws(JOSEError) -> SignatureAlgorithm {
    guard let name = try text("alg", of: members) else {
      throw JOSEError(.malformedToken, "the header has no alg")
    }
    guard let algorithm = SignatureAlgorithm(rawValue: name) else {
      throw JOSEError(.unsupportedHeader, "alg is neither RS256 nor ES256")
    }
    return algorithm
  }

  private static func text(_ name: String, of members: JSONObject) throws(JOSEError) -> String? {
    guard let value = members[name] else { return nil }
    guard let text = value.stringValue else {
      throw JOSEError(.malformedToken, "\(name) is of type \(value.typeName), not string")
    }
    return text
  }
}
