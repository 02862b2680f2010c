import HTTP
import JOSE
import JSON
import OpenSSL
import SharedSignals
import Testing

@testable import ssf_transmitter

@Suite(.timeLimit(.minutes(1))) struct TokenVerifierTests {
  /// The code that a SET is refused with.
  private func refusal(_ token: [UInt8], by verifier: TokenVerifier) async throws -> SETErrorCode? {
    do {
      _ = try await verifier.verify(token)
      return nil
    } catch VerifierError.refused(let code, _) {
      return code
    }
  }

  @Test("a good SET is verified and read")
  func good() async throws {
    let issuer = try TestIssuer()
    let token = try await issuer.verifier(audience: "https://receiver.example.com").verify(issuer.token())
    #expect(token.issuer == issuer.issuer)
    #expect(token.id == "j1")
    #expect(token.subject.json == ["format": "email", "email": "jane@example.com"])
  }

  @Test(
    "SSF 7.2.1 discovery goes between host and path of the issuer",
    arguments: ["", "/", "/tenant", "/tenant/"])
  func discovery(path: String) async throws {
    _ = try await TestIssuer(path: path).verifier()
  }

  @Test("SSF 7.2.4 metadata of another issuer is refused")
  func otherIssuer() async throws {
    let issuer = try TestIssuer()
    issuer.change { $0.issuer = "https://other.example.com" }
    await #expect(throws: VerifierError.self) { try await issuer.verifier() }
  }

  @Test("a SET by a key that is not the issuer's is refused, whatever kid it names")
  func wrongKey() async throws {
    let issuer = try TestIssuer()
    let verifier = try await issuer.verifier()
    let stranger = try PrivateKey.generate(.p256)
    let ownID = try JWK(publicKey: issuer.key.publicKey).keyID
    #expect(try await refusal(issuer.token(key: stranger, keyID: ownID), by: verifier) == .invalidKey)
    #expect(try await refusal(issuer.token(key: stranger), by: verifier) == .invalidKey)
  }

  @Test("a SET whose payload was changed is refused")
  func changedPayload() async throws {
    let issuer = try TestIssuer()
    let verifier = try await issuer.verifier()
    let parts = try [issuer.token(), issuer.token(claims: ["jti": "j2"])].map { token in
      token.split(separator: UInt8(ascii: "."))
    }
    let mixed = Array([parts[0][0], parts[1][1], parts[0][2]].joined(separator: [UInt8(ascii: ".")]))
    #expect(try await refusal(mixed, by: verifier) == .invalidKey)
  }

  @Test("a SET of another issuer, for another audience, or of another type is refused")
  func wrongClaims() async throws {
    let issuer = try TestIssuer()
    let verifier = try await issuer.verifier(audience: "https://receiver.example.com")
    let refused = { (token: [UInt8]) in try await refusal(token, by: verifier) }
    #expect(try await refused(issuer.token(claims: ["iss": "https://other.example.com"])) == .invalidIssuer)
    #expect(try await refused(issuer.token(claims: ["aud": "https://other.example.com"])) == .invalidAudience)
    #expect(try await refused(issuer.token(type: "JWT")) == .invalidRequest)
    #expect(try await refused(issuer.token(type: nil)) == .invalidRequest)
  }

  @Test("without an agreed audience any will do; of several one is enough")
  func audiences() async throws {
    let issuer = try TestIssuer()
    let several: JSONObject = ["aud": ["https://other.example.com", "https://receiver.example.com"]]
    #expect(try await refusal(issuer.token(claims: several), by: issuer.verifier()) == nil)
    let verifier = try await issuer.verifier(audience: "https://receiver.example.com")
    #expect(try await refusal(issuer.token(claims: several), by: verifier) == nil)
  }

  @Test("an unknown kid makes it fetch the keys again, a known one does not")
  func rotation() async throws {
    let issuer = try TestIssuer()
    let verifier = try await issuer.verifier()
    _ = try await verifier.verify(issuer.token())
    #expect(issuer.keySetRequests == 1)
    let next = try PrivateKey.generate(.rsa(bits: 2048))
    let nextKey = try JWK(publicKey: next.publicKey)
    issuer.change { $0.keys.append(nextKey) }
    _ = try await verifier.verify(issuer.token(key: next))
    _ = try await verifier.verify(issuer.token(key: next))
    #expect(issuer.keySetRequests == 2)
  }

  @Test("what is no SET at all is refused", arguments: ["", "a.b", "a.b.c", "....", "{}"])
  func noToken(text: String) async throws {
    let verifier = try await TestIssuer().verifier()
    await #expect(throws: (any Error).self) { try await verifier.verify(Array(text.utf8)) }
  }
}
