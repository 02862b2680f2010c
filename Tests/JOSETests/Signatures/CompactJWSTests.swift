import JOSE
import JSON
import OpenSSL
import Testing

private func parse(_ token: String) throws -> CompactJWS {
  try CompactJWS(parsing: Array(token.utf8))
}

/// A token with this header text, an empty object as payload and no signature.
private func unsigned(_ header: String) -> String {
  "\(Base64URL.encode(Array(header.utf8))).e30."
}

@Suite struct CompactJWSVectorTests {
  @Test(
    "RFC 7515 A.2 and A.3 tokens verify",
    arguments: [
      (Vectors.rs256Token, Vectors.rs256Key, SignatureAlgorithm.rs256),
      (Vectors.es256Token, Vectors.es256Key, .es256),
    ])
  func verifies(token: String, key: JSONValue, algorithm: SignatureAlgorithm) throws {
    let jws = try parse(token)
    #expect(jws.header.algorithm == algorithm)
    #expect(jws.payload == Array(Vectors.payload.utf8))
    try jws.verify(with: JWK(json: key), allowing: [algorithm])
  }

  @Test("RFC 7515 A.2 token is reproduced byte for byte")
  func signs() throws {
    let key = try PrivateKey(pem: Array(Vectors.rs256PrivateKeyPEM.utf8))
    let token = try CompactJWS.sign(
      payload: Array(Vectors.payload.utf8), header: JOSEHeader(algorithm: .rs256), with: key)
    #expect(String(decoding: token, as: UTF8.self) == Vectors.rs256Token)
  }
}

@Suite struct CompactJWSSigningTests {
  @Test("a signed token parses and verifies", arguments: [KeyType.p256, .rsa(bits: 2048), .rsa(bits: 4096)])
  func roundTrip(type: KeyType) throws {
    let key = try PrivateKey.generate(type)
    let algorithm = SignatureAlgorithm(for: type)
    let header = try JOSEHeader(algorithm: algorithm, type: "secevent+jwt", keyID: "k1")
    for length in 0..<5 {
      let payload = [UInt8](repeating: 0xfe, count: length)
      let jws = try CompactJWS(parsing: CompactJWS.sign(payload: payload, header: header, with: key))
      #expect(jws.payload == payload)
      #expect(jws.header == header)
      try jws.verify(with: key.publicKey, allowing: [algorithm])
    }
  }

  @Test("the header holds alg, typ and kid, in this order")
  func headerMembers() throws {
    let header = try JOSEHeader(algorithm: .es256, type: "secevent+jwt", keyID: "k1")
    let token = try CompactJWS.sign(payload: [], header: header, with: .generate(.p256))
    let segment = try #require(token.split(separator: UInt8(ascii: ".")).first)
    let text = String(decoding: try Base64URL.decode(Array(segment).span), as: UTF8.self)
    #expect(text == #"{"alg":"ES256","typ":"secevent+jwt","kid":"k1"}"#)
  }

  @Test("a header for another algorithm than the key's is refused")
  func refusesForeignHeader() throws {
    let header = try JOSEHeader(algorithm: .rs256)
    let error = #expect(throws: JOSEError.self) {
      try CompactJWS.sign(payload: [], header: header, with: .generate(.p256))
    }
    #expect(error?.kind == .algorithmMismatch)
  }

  @Test("a key identifier beyond 128 bytes is refused", arguments: [0, 129])
  func refusesIdentifier(count: Int) {
    #expect(throws: JOSEError.self) {
      try JOSEHeader(algorithm: .es256, keyID: String(repeating: "k", count: count))
    }
  }

  @Test("one header and key sign for many tasks at once")
  func concurrency() async throws {
    let key = try PrivateKey.generate(.p256)
    let header = try JOSEHeader(algorithm: .es256)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<8 as Range<UInt8> {
        group.addTask {
          for round in 0..<50 as Range<UInt8> {
            let token = try CompactJWS.sign(payload: [task, round], header: header, with: key)
            try CompactJWS(parsing: token).verify(with: key.publicKey, allowing: [.es256])
          }
        }
      }
      try await group.waitForAll()
    }
  }
}

@Suite struct CompactJWSParsingTests {
  @Test("all header members are there for the caller's rules")
  func exposesMembers() throws {
    let jws = try parse(
      unsigned(#"{"typ":"dpop+jwt","alg":"ES256","nonce":"n","kid":"k","jwk":{"kty":"EC"}}"#))
    #expect(jws.header.type == "dpop+jwt")
    #expect(jws.header.keyID == "k")
    #expect(jws.header.members["nonce"] == "n")
    #expect(jws.header.members["jwk"]?["kty"] == "EC")
  }

  @Test(
    "RFC 7515 7.1 other than three segments are refused",
    arguments: ["", ".", "..", "e30", "e30.e30", "e30.e30.e30.e30", "....", Vectors.es256Token + "."])
  func segments(token: String) {
    let error = #expect(throws: JOSEError.self) { try parse(token) }
    #expect(error?.kind == .malformedToken)
  }

  @Test(
    "segments that are not strict base64url are refused",
    arguments: [
      "eyJhbGciOiJFUzI1NiJ9=.e30.", "eyJhbGciOiJFUzI1NiJ9.e30=.", "eyJhbGciOiJFUzI1NiJ9.e31.",
      "eyJhbGciOiJFUzI1NiJ9.e30.AB", " eyJhbGciOiJFUzI1NiJ9.e30.", "eyJhbGciOiJFUzI1NiJ9.e30.\n",
      "eyJhbGciOiJFUzI1NiJ9.e+0.", "eyJhbGciOiJFUzI1NiJ9.é.",
    ])
  func strictEncoding(token: String) {
    let error = #expect(throws: JOSEError.self) { try parse(token) }
    #expect(error?.kind == .malformedToken)
  }

  @Test(
    "RFC 7515 4 headers that are not well formed are refused",
    arguments: [
      "", "null", "[]", #""alg""#, "{}", #"{"alg":256}"#, #"{"alg":null}"#, #"{"alg":"ES256""#,
      #"{"alg":"ES256","alg":"ES256"}"#, #"{"alg":"RS256","alg":"ES256"}"#,
      #"{"alg":"ES256","\u0061lg":"ES256"}"#,
      #"{"alg":"ES256","jwk":{"a":1,"a":2}}"#, #"{"alg":"ES256","typ":1}"#, #"{"alg":"ES256","kid":[]}"#,
      #"{"alg":"ES256","kid":""}"#, #"{"alg":"ES256","kid":"\#(String(repeating: "k", count: 129))"}"#,
      #"{"alg":"ES256",}"#, #"{"alg":"ES256"} x"#,
      #"{"alg":"ES256","x":\#(String(repeating: "[", count: 8) + String(repeating: "]", count: 8))}"#,
    ])
  func malformedHeader(header: String) {
    let error = #expect(throws: JOSEError.self) { try parse(unsigned(header)) }
    #expect(error?.kind == .malformedToken)
  }

  @Test(
    "RFC 8725 3.1 algorithms other than RS256 and ES256 are refused",
    arguments: ["none", "None", "", "HS256", "RS384", "PS256", "ES384", "EdDSA", "es256", "ES256 "])
  func foreignAlgorithms(name: String) {
    let error = #expect(throws: JOSEError.self) { try parse(unsigned(#"{"alg":"\#(name)"}"#)) }
    #expect(error?.kind == .unsupportedHeader)
  }

  @Test(
    "RFC 7515 4.1.11 and RFC 7797 critical and b64 headers are refused",
    arguments: [
      #""crit":["exp"]"#, #""crit":[]"#, #""crit":["b64"],"b64":true"#, #""crit":["b64"],"b64":false"#,
      #""b64":false"#, #""b64":0"#, #""crit":null"#,
    ])
  func extensions(members: String) {
    let error = #expect(throws: JOSEError.self) { try parse(unsigned(#"{"alg":"ES256",\#(members)}"#)) }
    #expect(error?.kind == .unsupportedHeader)
  }
}

@Suite struct CompactJWSVerificationTests {
  private static let tokens = [
    (Vectors.rs256Token, Vectors.rs256Key), (Vectors.es256Token, Vectors.es256Key),
  ]

  @Test(
    "RFC 8725 3.1 an algorithm that is not allowed is refused, though the signature is good",
    arguments: tokens)
  func notAllowed(token: String, key: JSONValue) throws {
    let jws = try parse(token)
    let others = SignatureAlgorithm.allCases.filter { $0 != jws.header.algorithm }
    for allowed in [[], others] {
      let error = #expect(throws: JOSEError.self) { try jws.verify(with: JWK(json: key), allowing: allowed) }
      #expect(error?.kind == .algorithmMismatch)
    }
  }

  @Test("a key of another type than the header's algorithm is refused", arguments: tokens)
  func confusedKey(token: String, key: JSONValue) throws {
    let jws = try parse(token)
    for (_, other) in Self.tokens where other != key {
      let error = #expect(throws: JOSEError.self) {
        try jws.verify(with: JWK(json: other), allowing: SignatureAlgorithm.allCases)
      }
      #expect(error?.kind == .algorithmMismatch)
    }
  }

  @Test("a header that is swapped for the other algorithm's does not verify", arguments: tokens)
  func swappedHeader(token: String, key: JSONValue) throws {
    let headers = ["eyJhbGciOiJSUzI1NiJ9", "eyJhbGciOiJFUzI1NiJ9"]
    let rest = token.drop { $0 != "." }
    for header in headers where !token.hasPrefix(header) {
      let error = #expect(throws: JOSEError.self) {
        try parse(header + rest).verify(with: JWK(json: key), allowing: SignatureAlgorithm.allCases)
      }
      #expect(error?.kind == .algorithmMismatch)
    }
  }

  @Test("another key of the same type does not verify", arguments: tokens)
  func otherKey(token: String, key: JSONValue) throws {
    let jws = try parse(token)
    let other = try PrivateKey.generate(JWK(json: key).publicKey.keyType).publicKey
    let error = #expect(throws: JOSEError.self) {
      try jws.verify(with: other, allowing: SignatureAlgorithm.allCases)
    }
    #expect(error?.kind == .signatureMismatch)
  }

  @Test("every changed character of a token is noticed", arguments: tokens)
  func tampering(token: String, key: JSONValue) throws {
    let key = try JWK(json: key)
    let bytes = Array(token.utf8)
    for index in bytes.indices {
      var changed = bytes
      changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      #expect(throws: JOSEError.self) {
        try CompactJWS(parsing: changed).verify(with: key, allowing: SignatureAlgorithm.allCases)
      }
    }
  }

  @Test("a token without its signature, or with a shortened one, does not verify", arguments: tokens)
  func withoutSignature(token: String, key: JSONValue) throws {
    let end = try #require(token.lastIndex(of: "."))
    for short in [String(token[...end]), String(token.dropLast(4))] {
      let error = #expect(throws: JOSEError.self) {
        try parse(short).verify(with: JWK(json: key), allowing: SignatureAlgorithm.allCases)
      }
      #expect([.signatureMismatch, .malformedToken].contains(error?.kind))
    }
  }
}
