import Testing

@testable import Transmitter

@Suite struct IntrospectionCacheTests {
  private let start = Timestamp(milliseconds: 1_800_000_000_000)

  private func grant(until expires: Timestamp?) -> IntrospectionCache.Finding {
    .success(AccessGrant(clientID: "app", scopes: [.read], keyThumbprint: nil, expires: expires))
  }

  private func isKept(_ finding: IntrospectionCache.Finding, for duration: Duration) -> Bool {
    var cache = IntrospectionCache()
    cache.keep(finding, for: [1], at: start)
    return cache.finding(for: [1], at: start + duration) != nil
  }

  @Test("RFC 7662 4 a good token is taken on trust for 30 s, but never beyond its end")
  func good() {
    #expect(isKept(grant(until: nil), for: .milliseconds(29_999)))
    #expect(!isKept(grant(until: nil), for: .seconds(30)))
    #expect(!isKept(grant(until: start + .seconds(3600)), for: .seconds(30)))
    #expect(isKept(grant(until: start + .seconds(10)), for: .milliseconds(9999)))
    #expect(!isKept(grant(until: start + .seconds(10)), for: .seconds(10)))
  }

  @Test("a bad token is refused without a question for 5 s")
  func bad() {
    #expect(isKept(.failure(.invalid("no")), for: .milliseconds(4999)))
    #expect(!isKept(.failure(.invalid("no")), for: .seconds(5)))
  }

  @Test("the oldest findings make room for new ones")
  func bound() {
    var cache = IntrospectionCache(capacity: 4)
    for number in 0..<5 as Range<UInt8> { cache.keep(grant(until: nil), for: [number], at: start) }
    let kept = (0..<5 as Range<UInt8>).filter { cache.finding(for: [$0], at: start) != nil }
    #expect(kept == [2, 3, 4])
  }
}
