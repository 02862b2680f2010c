package import JSON
import OpenSSL

extension JWK {
  /// Reads a key; without a `kid` it goes by its thumbprint. Unknown members, and the private ones of a key
  /// pair, are ignored (RFC 7517 §4).
  ///
  /// - Throws: `JOSEError` of kind `unusableKey` for a key of another type, for another use or algorithm, or
  ///   with numbers that are refused.
  package init(json: JSONValue) throws(JOSEError) {
    guard let members = json.objectValue else {
      throw JOSEError(.unusableKey, "it is of type \(json.typeName), not object")
    }
    let key = try Self.build(Self.components(of: members))
    try Self.checkPurpose(of: members, for: SignatureAlgorithm(for: key.keyType))
    try self.init(publicKey: key, keyID: Self.text("kid", of: members))
  }

  private static func components(of members: JSONObject) throws(JOSEError) -> PublicKey.Components {
    switch try text("kty", of: members) {
    case "RSA":
      return .rsa(modulus: try number("n", of: members), exponent: try number("e", of: members))
    case "EC":
      guard try text("crv", of: members) == "P-256" else {
        throw JOSEError(.unusableKey, "crv is not P-256")
      }
      return .p256(x: try number("x", of: members), y: try number("y", of: members))
    default:
      throw JOSEError(.unusableKey, "kty is neither RSA nor EC")
    }
  }

  private static func build(_ components: PublicKey.Components) throws(JOSEError) -> PublicKey {
    do {
      return try PublicKey(components)
    } catch let error as OpenSSLError {
      throw JOSEError(.libraryFailure, error.description)
    } catch {
      throw JOSEError(.unusableKey, "\(error)")
    }
  }

  /// RFC 7517 §4.2 to §4.4: where the key says what it is for, it has to be this.
  private static func checkPurpose(
    of members: JSONObject, for algorithm: SignatureAlgorithm
  ) throws(JOSEError) {
    guard try text("use", of: members) ?? "sig" == "sig" else {
      throw JOSEError(.unusableKey, "use is not sig")
    }
    guard try text("alg", of: members) ?? algorithm.rawValue == algorithm.rawValue else {
      throw JOSEError(.unusableKey, "alg is not \(algorithm.rawValue), which the key's type implies")
    }
    let operations = members["key_ops"]
    guard operations == nil || operations?.arrayValue?.contains("verify") == true else {
      throw JOSEError(.unusableKey, "key_ops does not name verify")
    }
  }

  private static func number(_ name: String, of members: JSONObject) throws(JOSEError) -> [UInt8] {
    guard let text = try text(name, of: members) else {
      throw JOSEError(.unusableKey, "\(name) is missing")
    }
    do {
      return try Base64URL.decode(text)
    } catch {
      throw JOSEError(.unusableKey, "\(name): \(error)")
    }
  }

  private static func text(_ name: String, of members: JSONObject) throws(JOSEError) -> String? {
    guard let value = members[name] else { return nil }
    guard let text = value.stringValue else {
      throw JOSEError(.unusableKey, "\(name) is of type \(value.typeName), not string")
    }
    return text
  }
}
