import JOSE
import JSON
import OpenSSL
import Testing

@Suite struct JWKTests {
  @Test("RFC 7638 3.1 thumbprint")
  func thumbprint() throws {
    #expect(try JWK(json: Vectors.signatureKey).thumbprint == Vectors.signatureKeyThumbprint)
  }

  @Test("RFC 7638 3.2 the thumbprint depends on the numbers only")
  func thumbprintIgnoresRest() throws {
    let bare = Vectors.signatureKey.setting("kid", to: nil).setting("alg", to: nil)
    #expect(try JWK(json: bare).thumbprint == Vectors.signatureKeyThumbprint)
  }

  @Test("RFC 7517 A.1 signature key is read and written in full")
  func readsSignatureKey() throws {
    let key = try JWK(json: Vectors.signatureKey)
    #expect(key.keyID == "2011-04-29")
    #expect(key.algorithm == .rs256)
    #expect(key.publicKey.keyType == .rsa(bits: 2048))
    #expect(key.json == Vectors.signatureKey.setting("use", to: "sig"))
  }

  @Test("a generated key is published as JWK and read back", arguments: [KeyType.p256, .rsa(bits: 2048)])
  func roundTrip(type: KeyType) throws {
    let key = try JWK(publicKey: PrivateKey.generate(type).publicKey, keyID: "k1")
    let copy = try JWK(json: JSONValue(parsing: key.json.serialized()))
    #expect(copy.keyID == "k1")
    #expect(copy.publicKey.components == key.publicKey.components)
    #expect(copy.json == key.json)
  }

  @Test("a published key has exactly the public members")
  func publishedMembers() throws {
    let p256 = try JWK(publicKey: PrivateKey.generate(.p256).publicKey)
    #expect(p256.json.objectValue?.names == ["kty", "crv", "x", "y", "kid", "use", "alg"])
    #expect(p256.json["alg"] == "ES256")
    let rsa = try JWK(publicKey: PrivateKey.generate(.rsa(bits: 2048)).publicKey)
    #expect(rsa.json.objectValue?.names == ["kty", "n", "e", "kid", "use", "alg"])
    #expect(rsa.json["alg"] == "RS256")
  }

  @Test("without an identifier a key goes by its thumbprint")
  func defaultIdentifier() throws {
    let key = try JWK(publicKey: PrivateKey.generate(.p256).publicKey)
    #expect(key.keyID == key.thumbprint)
    #expect(try JWK(json: key.json.setting("kid", to: nil)).keyID == key.thumbprint)
  }

  @Test("RFC 7517 4 private and unknown members are ignored")
  func ignoresPrivateMembers() throws {
    let json = Vectors.es256Key
      .setting("d", to: "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI")
      .setting("vendor", to: ["a": 1])
    let key = try JWK(json: json)
    #expect(key.json["d"] == nil)
    #expect(key.json["vendor"] == nil)
  }

  @Test(
    "identifiers of 1 to 128 bytes are accepted",
    arguments: [(0, false), (1, true), (128, true), (129, false)])
  func identifierLength(count: Int, accepted: Bool) throws {
    let keyID = String(repeating: "k", count: count)
    let key = try PrivateKey.generate(.p256).publicKey
    let json = Vectors.es256Key.setting("kid", to: .string(keyID))
    #expect((try? JWK(publicKey: key, keyID: keyID))?.keyID == (accepted ? keyID : nil))
    #expect((try? JWK(json: json))?.keyID == (accepted ? keyID : nil))
  }

  @Test(
    "keys for verification by purpose are accepted",
    arguments: [["use": "sig"], ["key_ops": ["verify"]], ["alg": "ES256"]] as [JSONObject])
  func acceptedPurposes(members: JSONObject) throws {
    for (name, value) in members {
      _ = try JWK(json: Vectors.es256Key.setting(name, to: value))
    }
  }

  /// Each is one change to a good P-256 key.
  static let changes: [(String, JSONValue?)] = [
    ("kty", nil), ("kty", "oct"), ("kty", "OKP"), ("kty", "RSA"), ("kty", 1), ("kty", "ec"),
    ("crv", nil), ("crv", "P-384"), ("crv", "secp256k1"),
    ("x", nil), ("x", "AA"), ("x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU="), ("x", 7),
    ("x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), ("y", nil),
    ("y", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
    ("use", "enc"), ("use", 1), ("alg", "RS256"), ("alg", "ES384"), ("alg", "none"), ("alg", "HS256"),
    ("key_ops", ["sign"]), ("key_ops", "verify"), ("key_ops", []), ("kid", 1),
  ]

  @Test("keys of other types, purposes and numbers are refused", arguments: changes)
  func refuses(name: String, value: JSONValue?) {
    let error = #expect(throws: JOSEError.self) { try JWK(json: Vectors.es256Key.setting(name, to: value)) }
    #expect(error?.kind == .unusableKey)
  }

  @Test(
    "RFC 7518 3.3 weak RSA keys are refused",
    arguments: [
      ("e", "Aw"), ("e", "AQAA"), ("e", ""), ("n", "AQAB"), ("n", ""), ("alg", "PS256"), ("alg", "RS512"),
    ])
  func refusesWeakRSA(name: String, value: String) {
    let json = Vectors.signatureKey.setting(name, to: .string(value))
    let error = #expect(throws: JOSEError.self) { try JWK(json: json) }
    #expect(error?.kind == .unusableKey)
  }

  @Test("RFC 7517 A.1 encryption key is refused, and what is no object")
  func refusesOthers() {
    for json in [Vectors.encryptionKey, [], "key", nil] as [JSONValue] {
      let error = #expect(throws: JOSEError.self) { try JWK(json: json) }
      #expect(error?.kind == .unusableKey)
    }
  }
}
