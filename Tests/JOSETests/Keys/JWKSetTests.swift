import JOSE
import JSON
import OpenSSL
import Testing

@Suite struct JWKSetTests {
  @Test("a set is published and read back, and keys are found by identifier")
  func roundTrip() throws {
    let keys = try ["a", "b"].map { try JWK(publicKey: PrivateKey.generate(.p256).publicKey, keyID: $0) }
    let set = try JWKSet(json: JSONValue(parsing: JWKSet(keys: keys).json.serialized()))
    #expect(set.keys.map(\.keyID) == ["a", "b"])
    #expect(set.key(id: "b")?.publicKey.components == keys[1].publicKey.components)
    #expect(set.key(id: "c") == nil)
  }

  @Test("RFC 7515 4.1.4 a kid names one key of the token's algorithm; without one, four are tried")
  func candidates() throws {
    let keys = try (0..<6).map {
      try JWK(publicKey: PrivateKey.generate(.p256).publicKey, keyID: "k\($0)")
    }
    let set = JWKSet(keys: keys)
    func ids(_ algorithm: SignatureAlgorithm, _ keyID: String?) throws -> [String] {
      set.candidates(for: try JOSEHeader(algorithm: algorithm, keyID: keyID)).map(\.keyID)
    }
    #expect(try ids(.es256, "k5") == ["k5"])
    #expect(try ids(.es256, "k6") == [])
    #expect(try ids(.rs256, "k5") == [])
    #expect(try ids(.es256, nil) == ["k0", "k1", "k2", "k3"])
  }

  @Test("RFC 7517 5 keys that are not usable are left out")
  func skipsUnusable() throws {
    let symmetric: JSONValue = ["kty": "oct", "alg": "A128KW", "k": "GawgguFyGrWKav7AX4VKUg"]
    let json: JSONValue = ["keys": [symmetric, Vectors.encryptionKey, Vectors.signatureKey, 7, nil]]
    #expect(try JWKSet(json: json).keys.map(\.keyID) == ["2011-04-29"])
  }

  @Test("an empty set is a set")
  func empty() throws {
    #expect(try JWKSet(json: ["keys": []]).keys.isEmpty)
    #expect(JWKSet(keys: []).json == ["keys": []])
  }

  @Test(
    "what has no array keys is refused",
    arguments: [[], ["keys": nil], ["keys": [:]], [:], "keys"] as [JSONValue])
  func refusesOthers(json: JSONValue) {
    let error = #expect(throws: JOSEError.self) { try JWKSet(json: json) }
    #expect(error?.kind == .unusableKeySet)
  }

  @Test("at most 64 keys are accepted")
  func limit() throws {
    let full = Array(repeating: Vectors.es256Key, count: 64)
    #expect(try JWKSet(json: ["keys": .array(full)]).keys.count == 64)
    let error = #expect(throws: JOSEError.self) { try JWKSet(json: ["keys": .array(full + [nil])]) }
    #expect(error?.kind == .unusableKeySet)
  }
}
