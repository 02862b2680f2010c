import HTTP
import JOSE
import JSON
import OpenSSL
import TestSupport
import Testing

@testable import Transmitter

@Suite struct IssuerKeysTests {
  private let clock = TestClock()
  private let provider: TestIdentityProvider
  private let keys: IssuerKeys

  init() throws {
    provider = try TestIdentityProvider()
    keys = try provider.keys(environment: .testing(clock: clock))
  }

  private enum Verdict: Equatable { case good, bad, undecided }

  private func verdict(
    _ keys: IssuerKeys? = nil, signedBy key: PrivateKey? = nil, keyID: String? = "k0"
  ) async throws -> Verdict {
    let token = try CompactJWS(accessToken: provider.token(signedBy: key, keyID: keyID, at: clock.now))
    do throws(AuthenticationFailure) {
      try await (keys ?? self.keys).verify(token, allowing: SignatureAlgorithm.allCases)
      return .good
    } catch {
      if case .unavailable = error { return .undecided }
      return .bad
    }
  }

  private var fetches: Int { provider.site.count("/jwks") }

  @Test("the first token has the keys fetched, the next ones are judged by them")
  func firstToken() async throws {
    for _ in 0..<5 { #expect(try await verdict() == .good) }
    #expect(fetches == 1)
  }

  @Test("tokens that come while the keys are fetched wait for one fetch")
  func singleFlight() async throws {
    let gate = Gate()
    provider.change { $0.gate = gate }
    try await withThrowingTaskGroup(of: Verdict.self) { group in
      for _ in 0..<20 { group.addTask { try await verdict() } }
      try await eventually("the keys are asked for") { fetches == 1 }
      gate.open()
      for try await verdict in group { #expect(verdict == .good) }
    }
    #expect(fetches == 1)
  }

  @Test("a new kid is found as soon as the issuer may be asked again, and a withdrawn key is good no more")
  func rotation() async throws {
    #expect(try await verdict() == .good)
    let new = try PrivateKey.generate(.p256)
    let published = try JWK(publicKey: new.publicKey, keyID: "k1")
    provider.change { $0.keys = [published] }

    #expect(try await verdict(signedBy: new, keyID: "k1") == .bad)
    #expect(fetches == 1)
    clock.advance(by: .seconds(30))
    #expect(try await verdict(signedBy: new, keyID: "k1") == .good)
    #expect(try await verdict() == .bad, "its key was withdrawn")
    #expect(fetches == 2)
  }

  @Test("an issuer without kids rotates too")
  func rotationWithoutID() async throws {
    #expect(try await verdict(keyID: nil) == .good)
    let new = try PrivateKey.generate(.p256)
    let published = try JWK(publicKey: new.publicKey)
    provider.change { $0.keys = [published] }
    clock.advance(by: .seconds(30))
    #expect(try await verdict(signedBy: new, keyID: nil) == .good)
  }

  @Test("a flood of unknown kids has the issuer asked once in 30 s")
  func flood() async throws {
    #expect(try await verdict() == .good)
    clock.advance(by: .seconds(30))
    for number in 0..<200 { #expect(try await verdict(keyID: "x\(number)") == .bad) }
    #expect(fetches == 2)
    clock.advance(by: .seconds(9))
    #expect(try await verdict(keyID: "x0") == .bad)
    #expect(fetches == 2)
  }

  @Test("while the issuer does not answer its keys are good for 24 h, then nothing can be told")
  func outage() async throws {
    #expect(try await verdict() == .good)
    provider.change { $0.keySetStatus = .serviceUnavailable }
    clock.advance(by: .seconds(24 * 3600))
    #expect(try await verdict() == .good)
    #expect(try await verdict(keyID: "new") == .bad)
    clock.advance(by: .seconds(1))
    #expect(try await verdict() == .undecided)
    #expect(keys.problem?.contains("503") == true)
  }

  @Test("without any keys nothing can be told, and 30 s later they are asked for again")
  func firstFetchFails() async throws {
    provider.change { $0.keySetStatus = .badGateway }
    #expect(try await verdict() == .undecided)
    provider.change { $0.keySetStatus = .ok }
    #expect(try await verdict() == .undecided)
    #expect(fetches == 1)
    clock.advance(by: .seconds(30))
    #expect(try await verdict() == .good)
    #expect(keys.problem == nil)
  }

  @Test("keys are fetched by schedule: at once, 30 s after a failure, each 10 min after a success")
  func schedule() async throws {
    provider.change { $0.keySetStatus = .badGateway }
    let running = Task { await keys.run() }
    defer { running.cancel() }
    for (pause, count) in [(Duration.seconds(30), 1), (.seconds(600), 2), (.seconds(600), 3)] {
      try await eventually("fetch \(count) is over") { fetches == count && clock.sleeperCount == 1 }
      provider.change { $0.keySetStatus = .ok }
      #expect(clock.nextWaking?.since(clock.now) == pause)
      try await clock.advanceToNextWaking()
    }
    try await eventually("it goes on") { fetches == 4 }
  }

  @Test(
    "what is no key set leaves the known keys as they are",
    arguments: [
      "", "[]", "{}", #"{"keys":{}}"#, #"{"keys":[],"keys":[]}"#, "<html>",
      #"{"keys":["# + Array(repeating: "{}", count: 65).joined(separator: ",") + "]}",
      #"{"keys":[],"x":""# + String(repeating: "x", count: 256 << 10) + "\"}",
    ])
  func brokenKeySet(body: String) async throws {
    #expect(try await verdict() == .good)
    provider.change { $0.keySetBody = Array(body.utf8) }
    clock.advance(by: .seconds(30))
    #expect(try await verdict(keyID: "new") == .bad)
    #expect(try await verdict() == .good)
    #expect(keys.warning != nil)
  }

  @Test("a redirect is not followed")
  func redirect() async throws {
    provider.change { $0.keySetStatus = HTTPStatus(code: 302) }
    #expect(try await verdict() == .undecided)
  }
}

@Suite struct KeySetSourceTests {
  private let provider: TestIdentityProvider

  init() throws {
    provider = try TestIdentityProvider()
  }

  private func fetch(_ source: KeySetSource) async throws -> [String] {
    try await source.fetch(.toLoopback()).keys.map(\.keyID)
  }

  private func metadata(issuer: String? = nil) -> JSONValue {
    ["issuer": .string(issuer ?? provider.issuer), "jwks_uri": .string(provider.issuer + "/jwks")]
  }

  @Test(
    "OpenID Connect Discovery 4 and RFC 8414 3 metadata is where either says",
    arguments: [
      ("", "/.well-known/openid-configuration"), ("", "/.well-known/oauth-authorization-server"),
      ("/tenant", "/tenant/.well-known/openid-configuration"),
      ("/tenant", "/.well-known/oauth-authorization-server/tenant"),
      ("/tenant/", "/tenant/.well-known/openid-configuration"),
    ])
  func discovery(path: String, place: String) async throws {
    let metadata = metadata(issuer: provider.issuer + path)
    provider.change { $0.metadata = [place: metadata] }
    #expect(try await fetch(.discovery(provider.site.url(path))) == ["k0"])
  }

  @Test("RFC 8414 3.3 metadata of another issuer is refused, and metadata without keys too")
  func foreignMetadata() async throws {
    let place = "/.well-known/openid-configuration"
    for metadata in [
      metadata(issuer: "https://other.example.com"), metadata(issuer: provider.issuer + "/"),
      ["issuer": .string(provider.issuer)], ["jwks_uri": .string(provider.issuer + "/jwks")],
      ["issuer": .string(provider.issuer), "jwks_uri": "nowhere"],
    ] as [JSONValue] {
      provider.change { $0.metadata = [place: metadata] }
      await #expect(throws: KeySetFault.self) { try await fetch(.discovery(provider.site.url(""))) }
    }
  }

  @Test("keys are only fetched from where requests may go")
  func destinations() async throws {
    let private10 = try HTTPURL(parsing: "http://10.0.0.1/jwks")
    let fault = await #expect(throws: KeySetFault.self) { try await fetch(.url(private10)) }
    #expect(fault?.description.contains("private") == true)
    let elsewhere: JSONValue = [
      "issuer": .string(provider.issuer), "jwks_uri": "http://169.254.169.254/jwks",
    ]
    provider.change { $0.metadata = ["/.well-known/openid-configuration": elsewhere] }
    let other = await #expect(throws: KeySetFault.self) { try await fetch(.discovery(provider.site.url(""))) }
    #expect(other?.description.contains("metadata address") == true)
  }

  @Test("keys may be in a file, which is read anew each time; keys for other uses in it are left out")
  func file() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("jwks.json")
    await #expect(throws: KeySetFault.self) { try await fetch(.file(path)) }
    var set = JWKSet(keys: provider.answers.value.keys).json
    try PrivateFile.replace(path, set.serialized())
    #expect(try await fetch(.file(path)) == ["k0"])
    set = [
      "keys": .array((set["keys"]?.arrayValue ?? []) + [["kty": "oct", "k": "AAAA"], ["kty": "RSA"], 5])
    ]
    try PrivateFile.replace(path, set.serialized())
    #expect(try await fetch(.file(path)) == ["k0"])
    await #expect(throws: KeySetFault.self) { try await fetch(.file(directory.path)) }
  }
}
