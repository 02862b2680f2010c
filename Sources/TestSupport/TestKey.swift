package import JOSE
package import JSON
package import OpenSSL
package import Transmitter

/// A client's key, with which it signs assertions and proofs.
package struct TestKey: Sendable {
  package let jwk: JWK
  private let key: PrivateKey

  package init(_ type: KeyType = .p256) throws {
    key = try PrivateKey.generate(type)
    jwk = try JWK(publicKey: key.publicKey)
  }

  /// A JWT with whatever header and claims.
  package func sign(header: JSONObject, claims: JSONObject) throws -> String {
    let parts = [header, claims].map { Base64URL.encode(JSONValue.object($0).serialized()) }
    let input = parts.joined(separator: ".")
    return input + "." + Base64URL.encode(try key.signSHA256(Array(input.utf8)))
  }

  /// A client assertion (RFC 7523); `changes` replace claims, null takes them away.
  package func assertion(
    of client: String, for audience: String, at now: Timestamp, header changed: JSONObject = [:],
    _ changes: JSONObject = [:]
  ) throws -> String {
    let header: JSONObject = ["alg": .string(jwk.algorithm.rawValue), "typ": "JWT"]
    let claims: JSONObject = [
      "iss": .string(client), "sub": .string(client), "aud": .string(audience), "jti": "assertion-1",
      "iat": .integer(now.seconds), "exp": .integer(now.seconds + 3000),
    ]
    return try sign(header: header.changed(by: changed), claims: claims.changed(by: changes))
  }

  /// A proof of possession (RFC 9449).
  package func proof(
    _ method: String, _ url: String, at now: Timestamp, header changed: JSONObject = [:],
    _ changes: JSONObject = [:]
  ) throws -> String {
    let header: JSONObject = [
      "alg": .string(jwk.algorithm.rawValue), "typ": "dpop+jwt",
      "jwk": jwk.json.without(["kid", "use", "alg"]),
    ]
    let claims: JSONObject = [
      "htm": .string(method), "htu": .string(url), "jti": "proof-1", "iat": .integer(now.seconds),
    ]
    return try sign(header: header.changed(by: changed), claims: claims.changed(by: changes))
  }
}

extension JSONObject {
  package func changed(by changes: JSONObject) -> JSONObject {
    var object = self
    for (name, value) in changes { object[name] = value == .null ? nil : value }
    return object
  }
}

extension JSONValue {
  fileprivate func without(_ names: [String]) -> JSONValue {
    guard var object = objectValue else { return self }
    for name in names { object[name] = nil }
    return .object(object)
  }
}
