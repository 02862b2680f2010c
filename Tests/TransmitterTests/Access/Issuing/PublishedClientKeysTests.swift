import HTTP
import JOSE
import OpenSSL
import TestSupport
import Testing

@testable import Transmitter

/// The keys that a client publishes itself are fetched when an assertion comes, and not by schedule.
@Suite(.timeLimit(.minutes(1))) struct PublishedClientKeysTests {
  private let domain: TestDomain
  private let client: TestIdentityProvider
  private let keys: PublishedClientKeys

  init() async throws {
    domain = try await TestDomain()
    client = try TestIdentityProvider()
    keys = PublishedClientKeys(
      directory: domain.access, http: try .toLoopback(), environment: domain.environment)
  }

  private func isVerified(signedBy key: PrivateKey? = nil, keyID: String = "k0") async throws -> Bool {
    let token = try CompactJWS(
      accessToken: client.token(signedBy: key, keyID: keyID, at: domain.clock.now))
    let url = try client.site.url("/jwks")
    do throws(AuthenticationFailure) {
      try await keys.verify(token, of: "app", at: url)
      return true
    } catch {
      return false
    }
  }

  private var fetches: Int { client.site.count("/jwks") }

  /// Publishes a new key in place of the old one.
  private func rotate() throws -> PrivateKey {
    let key = try PrivateKey.generate(.p256)
    let published = try JWK(publicKey: key.publicKey, keyID: "k1")
    client.change { $0.keys = [published] }
    return key
  }

  @Test("they are fetched with the first assertion, and again after five minutes, when one comes")
  func freshness() async throws {
    #expect(fetches == 0)
    #expect(try await isVerified())
    domain.clock.advance(by: .seconds(299))
    #expect(try await isVerified())
    #expect(fetches == 1)
    domain.clock.advance(by: .seconds(1))
    #expect(try await isVerified())
    #expect(fetches == 2)
    domain.clock.advance(by: .seconds(86_400))
    #expect(fetches == 2)
  }

  @Test("a key that was withdrawn is good no more after five minutes")
  func withdrawal() async throws {
    #expect(try await isVerified())
    _ = try rotate()
    #expect(try await isVerified())
    domain.clock.advance(by: .seconds(300))
    #expect(try await !isVerified())
  }

  @Test("a new kid has them fetched after 30 s, and a flood of unknown ones once in that time")
  func unknownKeys() async throws {
    #expect(try await isVerified())
    let new = try rotate()
    #expect(try await !isVerified(signedBy: new, keyID: "k1"))
    #expect(fetches == 1)
    domain.clock.advance(by: .seconds(30))
    for number in 1...100 { #expect(try await !isVerified(keyID: "x\(number)")) }
    #expect(fetches == 2)
    #expect(try await isVerified(signedBy: new, keyID: "k1"))
    #expect(fetches == 2)
  }

  /// Lets nothing fetched arrive until it is opened.
  private func hold() -> Gate {
    let gate = Gate()
    client.change { $0.gate = gate }
    return gate
  }

  @Test("known keys are good at once while others have the set fetched")
  func concurrentFetch() async throws {
    #expect(try await isVerified())
    domain.clock.advance(by: .seconds(30))
    let gate = hold()
    async let stranger = isVerified(keyID: "unknown")
    try await eventually("the keys are asked for") { fetches == 2 }
    #expect(try await isVerified())
    gate.open()
    #expect(try await !stranger)
  }

  @Test("while the client's set cannot be had, each try to fetch it holds nobody up")
  func outage() async throws {
    #expect(try await isVerified())
    client.change { $0.keySetStatus = .serviceUnavailable }
    domain.clock.advance(by: .seconds(300))
    #expect(try await isVerified())
    domain.clock.advance(by: .seconds(30))
    let gate = hold()
    #expect(try await isVerified())
    try await eventually("the keys are asked for again") { fetches == 3 }
    gate.open()
  }
}
