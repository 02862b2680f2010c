import Testing

@testable import Transmitter

@Suite struct RateLimitTests {
  private let start = Duration.seconds(1000)

  /// How many start in `time`, if as many as may do.
  private func starts(_ limit: inout RateLimit, from begin: Duration, for time: Duration) -> Int {
    var now = begin
    var count = 0
    while max(limit.opening, now) < begin + time {
      now = max(limit.opening, now)
      limit.take(at: now)
      count += 1
    }
    return count
  }

  @Test(
    "P7 no second has more than the limit and a tenth of it, however long nothing was sent",
    arguments: [1, 2, 10, 100, 10_000])
  func perSecond(rate: Int) {
    var limit = RateLimit(perSecond: rate)
    for second in [0, 1, 2, 3600, 3601] {
      let count = starts(&limit, from: start + .seconds(second), for: .seconds(1))
      #expect(count <= rate + max(rate / 10, 0))
      #expect(count >= rate)
    }
  }

  @Test("one a second is one a second")
  func evenly() {
    var limit = RateLimit(perSecond: 1)
    limit.take(at: start)
    #expect(limit.opening == start + .seconds(1))
  }
}
