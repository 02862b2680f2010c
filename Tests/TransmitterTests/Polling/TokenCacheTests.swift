import Testing

@testable import Transmitter

@Suite struct TokenCacheTests {
  private let cache = TokenCache(capacity: 1000)

  private func token(_ number: Int, size: Int = 100) -> [UInt8] {
    [UInt8](repeating: UInt8(number % 256), count: size)
  }

  private func keep(_ numbers: ClosedRange<Int>, size: Int = 100) {
    for number in numbers { cache.keep(token(number, size: size), "jti-\(number)", signedBy: "a") }
  }

  private func kept(_ numbers: ClosedRange<Int>) -> [Int] {
    numbers.filter { cache.token("jti-\($0)", signedBy: "a") != nil }
  }

  @Test("a token is found by its jti and the key that signed it")
  func lookUp() {
    keep(1...3)
    #expect(cache.token("jti-2", signedBy: "a") == token(2))
    #expect(cache.token("jti-2", signedBy: "b") == nil)
    #expect(cache.token("jti-4", signedBy: "a") == nil)
  }

  @Test("beyond the capacity the oldest go, the newest stay")
  func bound() {
    keep(1...10)
    #expect(kept(1...10).count == 10)
    keep(11...11)
    let left = kept(1...11)
    #expect(left.count >= 5 && left.count <= 10)
    #expect(left == Array((12 - left.count)...11))
  }

  @Test("the bound is in bytes, however many or few tokens they are")
  func bytes() {
    keep(1...10)
    keep(11...11, size: 950)
    #expect(kept(1...11) == [11])
    keep(12...12, size: 1001)
    #expect(kept(1...12).isEmpty)
    keep(13...22)
    #expect(kept(13...22).count == 10)
  }

  @Test("a token that is kept again counts once, and the first stays")
  func keptAgain() {
    for _ in 1...100 { keep(1...10) }
    cache.keep(token(99), "jti-1", signedBy: "a")
    #expect(kept(1...10).count == 10)
    #expect(cache.token("jti-1", signedBy: "a") == token(1))
  }
}
