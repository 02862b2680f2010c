import HTTP
import JOSE
import JSON
import OpenSSL
import TestSupport
import Testing

@testable import Transmitter

@Suite struct ProofDeskTests {
  private static let url = "https://tr.example.com/ssf/stream"
  private static let token = "the access token"

  private let clock = TestClock()
  private let desk: ProofDesk
  private let key: TestKey

  init() throws {
    desk = ProofDesk(environment: .testing(clock: clock))
    key = try TestKey()
  }

  private var ath: JSONValue { .string(Base64URL.encode(SHA256.digest(Array(Self.token.utf8)))) }

  /// A proof for the use below; `changes` replace claims, null takes them away.
  private func proof(header: JSONObject = [:], _ changes: JSONObject = [:]) throws -> String {
    try key.proof(
      "GET", Self.url, at: clock.now, header: header, (["ath": ath] as JSONObject).changed(by: changes))
  }

  /// Shows a proof with a request for `url`; answers why it is refused.
  private func refusal(
    of proof: String, url: String = url, boundTo thumbprint: String? = nil, clientID: String = "app"
  ) throws -> String? {
    let use = DPoPProof.Use(method: .get, url: try HTTPURL(parsing: url), accessToken: Self.token)
    do throws(ProofFailure) {
      try desk.check(proof, for: use, by: thumbprint ?? key.jwk.thumbprint, of: clientID)
      return nil
    } catch {
      switch error {
      case .useNonce: return "nonce"
      case .refused(.invalid(let cause)): return cause
      case .refused(.unavailable): return "unavailable"
      }
    }
  }

  @Test(
    "RFC 9449 4.3 a proof of the token's key for this very request is good",
    arguments: [KeyType.p256, .rsa(bits: 2048)])
  func good(type: KeyType) throws {
    let key = try TestKey(type)
    let proof = try key.proof("GET", Self.url, at: clock.now, ["ath": ath])
    #expect(try refusal(of: proof, boundTo: key.jwk.thumbprint) == nil)
  }

  @Test(
    "RFC 9449 4.3 htu names the same resource: query, fragment, case of the host and the default port aside",
    arguments: [
      "https://TR.example.com/ssf/stream", "https://tr.example.com:443/ssf/stream",
      "https://tr.example.com/ssf/stream?stream_id=1", "https://tr.example.com/ssf/stream#x",
      "https://tr.example.com/ssf/%73tream", "HTTPS://tr.example.com/ssf/stream",
    ])
  func sameURL(htu: String) throws {
    #expect(try refusal(of: proof(["htu": .string(htu)])) == nil)
    #expect(try refusal(of: proof(["htu": .string(htu), "jti": "2"]), url: Self.url + "?stream_id=2") == nil)
  }

  private static let wrongClaims: [(String, JSONObject)] = [
    ("method", ["htm": "POST"]), ("lower-case method", ["htm": "get"]), ("no method", ["htm": .null]),
    ("path", ["htu": "https://tr.example.com/ssf/status"]),
    ("longer path", ["htu": "https://tr.example.com/ssf/stream/"]),
    ("host", ["htu": "https://example.com/ssf/stream"]),
    ("scheme", ["htu": "http://tr.example.com/ssf/stream"]),
    ("port", ["htu": "https://tr.example.com:8443/ssf/stream"]),
    ("encoded slash", ["htu": "https://tr.example.com/ssf%2Fstream"]),
    ("relative", ["htu": "/ssf/stream"]), ("no URL", ["htu": .null]), ("empty URL", ["htu": ""]),
    ("token", ["ath": "d2F0"]), ("no token", ["ath": .null]),
    ("no jti", ["jti": .null]), ("empty jti", ["jti": ""]), ("jti of no text", ["jti": 5]),
    ("long jti", ["jti": .string(String(repeating: "x", count: 257))]),
    ("no iat", ["iat": .null]), ("iat as text", ["iat": "1800000000"]),
    ("past", ["iat": 1_799_999_939]), ("future", ["iat": 1_800_000_061]),
  ]

  @Test("RFC 9449 4.3 a proof for something else is refused", arguments: wrongClaims)
  func wrongClaim(name: String, changes: JSONObject) throws {
    let cause = try refusal(of: proof(changes))
    #expect(cause != nil && cause != "nonce")
  }

  private static let wrongHeaders: [(String, JSONObject)] = [
    ("typ of a plain JWT", ["typ": "JWT"]), ("no typ", ["typ": .null]),
    ("an access token", ["typ": "at+jwt"]),
    ("no key", ["jwk": .null]), ("a symmetric key", ["jwk": ["kty": "oct", "k": "c2VjcmV0"]]),
    ("a key of no form", ["jwk": "key"]), ("no algorithm", ["alg": "none"]), ("HMAC", ["alg": "HS256"]),
    ("another algorithm", ["alg": "RS256"]), ("critical extensions", ["crit": ["exp"]]),
  ]

  @Test("RFC 9449 4.3 a proof of another form is refused", arguments: wrongHeaders)
  func wrongHeader(name: String, changes: JSONObject) throws {
    #expect(try refusal(of: proof(header: changes)) != nil)
  }

  @Test("RFC 9449 4.3 a key that shows its private half, or has not signed, is refused")
  func wrongKey() throws {
    let members = try #require(key.jwk.json.objectValue)
    #expect(try refusal(of: proof(header: ["jwk": .object(members.changed(by: ["d": "c2VjcmV0"]))])) != nil)
    #expect(try refusal(of: proof(header: ["jwk": try TestKey().jwk.json])) != nil)
    #expect(try refusal(of: proof(), boundTo: TestKey().jwk.thumbprint) != nil)
    for text in ["", "a.b.c", "nonsense", String(repeating: "x", count: 9000)] {
      #expect(try refusal(of: text) != nil)
    }
  }

  @Test("RFC 9449 11.1 a proof is used once, by whomever, for as long as it could be")
  func replay() throws {
    let first = try proof(["iat": 1_800_000_060])
    #expect(try refusal(of: first) == nil)
    for _ in 1...4 {
      #expect(try refusal(of: first) == "the proof was used before")
      #expect(try refusal(of: first, clientID: "other") == "the proof was used before")
      clock.advance(by: .seconds(30))
    }
    #expect(try refusal(of: first) == "the proof was used before")
    clock.advance(by: .seconds(1))
    #expect(try refusal(of: first)?.hasPrefix("the proof was made at") == true)
  }

  @Test("a refused proof is not used up")
  func refusedProof() throws {
    let proof = try proof()
    #expect(try refusal(of: proof, url: "https://tr.example.com/ssf/status") != nil)
    #expect(try refusal(of: proof, boundTo: "other") != nil)
    #expect(try refusal(of: proof) == nil)
  }

  @Test("RFC 9449 8 a nonce is taken for two periods; another is refused")
  func nonces() throws {
    let nonce = JSONValue.string(desk.nonce)
    #expect(try refusal(of: proof(["jti": "1", "nonce": nonce])) == nil)
    clock.advance(by: .seconds(180))
    #expect(try refusal(of: proof(["jti": "2", "nonce": nonce])) == nil)
    clock.advance(by: .seconds(180))
    #expect(try refusal(of: proof(["jti": "3", "nonce": nonce])) == "nonce")
    #expect(try refusal(of: proof(["jti": "4", "nonce": "guess"])) == "nonce")
    let other = ProofDesk(environment: .testing(clock: clock, random: SeededRandom(seed: 2)))
    #expect(try refusal(of: proof(["jti": "5", "nonce": .string(other.nonce)])) == "nonce")
  }

  @Test("a proof from before the start needs a nonce: it may have been used then")
  func restart() throws {
    let old: JSONObject = ["iat": 1_799_999_990]
    #expect(try refusal(of: proof(old)) == "nonce")
    #expect(try refusal(of: proof(old.changed(by: ["nonce": .string(desk.nonce)]))) == nil)
  }
}
