import Testing

@testable import Transmitter

@Suite struct TokenBucketTests {
  private let start = Duration.seconds(1000)
  private let fifty = TokenBucket.Rate(50, per: .seconds(1), burst: 100)

  /// How many tokens can be taken at one moment.
  private func drain(_ bucket: inout TokenBucket, at now: Duration, _ rate: TokenBucket.Rate) -> Int {
    var taken = 0
    while bucket.take(at: now, rate).wait == nil { taken += 1 }
    return taken
  }

  @Test("all of the burst at once, then the rate, and never more than the burst")
  func rate() {
    var bucket = TokenBucket()
    #expect(drain(&bucket, at: start, fifty) == 100)
    #expect(drain(&bucket, at: start + .milliseconds(100), fifty) == 5)
    #expect(drain(&bucket, at: start + .seconds(3600), fifty) == 100)
  }

  @Test("a long run lets through the burst and the rate, and no more", arguments: [1, 3, 7, 50, 999])
  func longRun(count: Int) {
    let rate = TokenBucket.Rate(count, per: .seconds(1), burst: 10)
    var bucket = TokenBucket()
    var taken = 0
    for step in 0...100_000 where bucket.take(at: start + .milliseconds(step), rate).wait == nil {
      taken += 1
    }
    #expect(taken <= 10 + count * 100)
    #expect(taken >= 9 + count * 100)
  }

  @Test(
    "the announced wait is enough, and a nanosecond less is not", arguments: [1, 3, 7, 50, 999, 1_000_000])
  func wait(count: Int) throws {
    let rate = TokenBucket.Rate(count, per: .seconds(1), burst: 2 * count)
    var bucket = TokenBucket()
    #expect(drain(&bucket, at: start, rate) == 2 * count)
    let wait = try #require(bucket.take(at: start, rate).wait)
    var early = bucket
    #expect(early.take(at: start + wait - .nanoseconds(1), rate).wait != nil)
    #expect(bucket.take(at: start + wait, rate).wait == nil)
  }

  @Test("a refused attempt costs nothing")
  func refusals() {
    var bucket = TokenBucket()
    _ = drain(&bucket, at: start, fifty)
    for _ in 1...1000 { _ = bucket.take(at: start, fifty) }
    #expect(bucket.take(at: start + .milliseconds(20), fifty).wait == nil)
  }

  @Test("what is left is told, and when the bucket is full again")
  func standing() {
    var bucket = TokenBucket()
    let first = bucket.take(at: start, fifty)
    #expect(first.remaining == 99)
    #expect(first.untilFull == .milliseconds(20))
    for _ in 1...98 { _ = bucket.take(at: start, fifty) }
    let last = bucket.take(at: start, fifty)
    #expect(last.remaining == 0)
    #expect(last.untilFull == .seconds(2))
    let refused = bucket.take(at: start, fifty)
    #expect(refused.remaining == 0)
    #expect(refused.wait == .milliseconds(20))
  }
}
