import JOSE
import OpenSSL
import Testing

@testable import Transmitter

private let start = Timestamp(milliseconds: 1_800_000_000_000)

private let keys: [JWK] = {
  do {
    return try (0..<6).map { try JWK(publicKey: PrivateKey.generate(.p256).publicKey, keyID: "k\($0)") }
  } catch {
    preconditionFailure("no keys: \(error)")
  }
}()

private func header(_ keyID: String?, _ algorithm: SignatureAlgorithm = .es256) throws -> JOSEHeader {
  try JOSEHeader(algorithm: algorithm, keyID: keyID)
}

@Suite struct KeySetCacheTests {
  /// A cache that fetched these keys at the start.
  private func cache(_ indices: Range<Int> = 0..<2) -> KeySetCache {
    var cache = KeySetCache(interval: .seconds(600))
    cache.begin(at: start)
    cache.succeed(with: JWKSet(keys: Array(keys[indices])), at: start)
    return cache
  }

  private func ids(_ cache: KeySetCache, _ header: JOSEHeader, at time: Timestamp = start) -> [String] {
    cache.candidates(for: header, at: time).map(\.keyID)
  }

  @Test("a kid names one key, and only of the token's algorithm")
  func byID() throws {
    #expect(try ids(cache(), header("k1")) == ["k1"])
    #expect(try ids(cache(), header("k5")) == [])
    #expect(try ids(cache(), header("k1", .rs256)) == [])
  }

  @Test("a token without kid is tried with four keys at most")
  func withoutID() throws {
    #expect(try ids(cache(0..<6), header(nil)) == ["k0", "k1", "k2", "k3"])
    #expect(try ids(cache(0..<6), header(nil, .rs256)) == [])
  }

  @Test("an unknown kid has the keys fetched, but the issuer is asked once in 30 s at most")
  func interval() {
    let cache = cache()
    #expect(!cache.mayFetch(for: "new", at: start + .seconds(29)))
    #expect(cache.mayFetch(for: "new", at: start + .seconds(30)))
    #expect(cache.mayFetch(for: nil, at: start + .seconds(30)))
    #expect(KeySetCache(interval: .seconds(600)).mayFetch(for: "new", at: start), "nobody was asked yet")
  }

  @Test("a kid that was not found is not looked for again for 10 s, however often it is shown")
  func unknown() {
    var cache = cache()
    cache.note(unknown: "x", at: start + .seconds(25))
    cache.note(unknown: "x", at: start + .seconds(34))
    #expect(!cache.mayFetch(for: "x", at: start + .seconds(34)))
    #expect(cache.mayFetch(for: "y", at: start + .seconds(34)))
    #expect(cache.mayFetch(for: "x", at: start + .seconds(35)))
  }

  @Test("a flood of unknown kids is remembered up to a bound, and forgotten")
  func flood() {
    var cache = cache()
    let time = start + .seconds(30)
    for number in 0..<5000 { cache.note(unknown: "x\(number)", at: time) }
    #expect(!cache.mayFetch(for: "x1023", at: time))
    #expect(cache.mayFetch(for: "x1024", at: time), "it is not remembered")
    cache.note(unknown: "late", at: time + .seconds(10))
    #expect(!cache.mayFetch(for: "late", at: time + .seconds(11)))
  }

  @Test("keys are fetched by schedule, and 30 s after a failure")
  func schedule() {
    var cache = cache()
    #expect(cache.timeToRefresh(at: start) == .seconds(600))
    #expect(cache.timeToRefresh(at: start + .seconds(700)) == .zero)
    cache.begin(at: start + .seconds(700))
    cache.fail(because: "no answer")
    #expect(cache.timeToRefresh(at: start + .seconds(700)) == .seconds(30))
    #expect(KeySetCache(interval: .seconds(600)).timeToRefresh(at: start) == .zero)
  }

  @Test("newer keys are worth waiting for when these are old, unless they could not be had")
  func outdated() {
    var cache = KeySetCache(interval: .seconds(600))
    #expect(cache.isOutdated(at: start))
    cache.succeed(with: JWKSet(keys: keys), at: start)
    #expect(!cache.isOutdated(at: start + .seconds(599)))
    #expect(cache.isOutdated(at: start + .seconds(600)))
    cache.fail(because: "no answer")
    let day = start + .seconds(24 * 3600)
    #expect(!cache.isOutdated(at: day))
    #expect(cache.isOutdated(at: day + .milliseconds(1)))
  }

  @Test("a clock that was set back does not keep the keys from being fetched")
  func clockSetBack() {
    #expect(cache().timeToRefresh(at: start - .seconds(1)) == .zero)
    #expect(cache().mayFetch(for: "new", at: start - .seconds(1)))
  }

  @Test("keys that left the issuer's set are good no more")
  func withdrawn() throws {
    var cache = cache(0..<2)
    cache.begin(at: start + .seconds(60))
    cache.succeed(with: JWKSet(keys: Array(keys[1..<3])), at: start + .seconds(60))
    #expect(try ids(cache, header("k0"), at: start + .seconds(60)) == [])
    #expect(try ids(cache, header("k2"), at: start + .seconds(60)) == ["k2"])
  }

  @Test("while the issuer does not answer, its keys are good for 24 h")
  func stale() throws {
    var cache = cache()
    cache.fail(because: "no answer")
    let day = start + .seconds(24 * 3600)
    #expect(try ids(cache, header("k0"), at: day) == ["k0"])
    #expect(cache.problem(at: day) == nil)
    #expect(cache.warning(at: day)?.contains("no answer") == true)
    #expect(try ids(cache, header("k0"), at: day + .milliseconds(1)) == [])
    #expect(cache.problem(at: day + .milliseconds(1)) == "no keys: no answer")
  }

  @Test("what keeps tokens from being judged is told")
  func problems() {
    var cache = KeySetCache(interval: .seconds(600))
    #expect(cache.problem(at: start) == "no keys: not fetched yet")
    cache.succeed(with: JWKSet(keys: []), at: start)
    #expect(cache.problem(at: start) == "the issuer publishes no key that can be used")
    cache.succeed(with: JWKSet(keys: keys), at: start)
    #expect(cache.problem(at: start) == nil)
    #expect(cache.warning(at: start) == nil)
  }
}
