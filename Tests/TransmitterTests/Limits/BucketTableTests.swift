import Testing

@testable import Transmitter

@Suite struct BucketTableTests {
  private let start = Duration.seconds(1000)
  /// Full again after a minute.
  private let rate = TokenBucket.Rate(20, per: .seconds(60), burst: 20)

  @Test("each key has a bucket of its own")
  func keys() {
    let table = BucketTable<String>(rate)
    for _ in 1...20 { #expect(table.take("a", at: start).wait == nil) }
    #expect(table.take("a", at: start).wait == .seconds(3))
    #expect(table.take("b", at: start).wait == nil)
  }

  @Test("nothing is forgiven by forgetting", arguments: [59, 60, 61, 90, 119, 120, 121])
  func forgettingIsLossless(pause: Int) {
    let table = BucketTable<String>(rate)
    let now = start + .seconds(30)
    _ = table.take("other", at: start)
    for _ in 1...20 { _ = table.take("a", at: now) }
    _ = table.take("other", at: now + .seconds(31))
    let later = now + .seconds(pause)
    var taken = 0
    while table.take("a", at: later).wait == nil { taken += 1 }
    #expect(taken == min(pause / 3, 20))
  }

  @Test("those whose bucket is full are forgotten")
  func idle() {
    let table = BucketTable<Int>(rate)
    for key in 1...100 { _ = table.take(key, at: start) }
    #expect(table.count == 100)
    _ = table.take(0, at: start + .seconds(60))
    #expect(table.count == 101)
    _ = table.take(0, at: start + .seconds(120))
    #expect(table.count <= 2)
    _ = table.take(0, at: start + .seconds(3600))
    #expect(table.count == 1)
  }

  @Test("a flood of strangers takes no more room than there is, and takes nothing from those who are known")
  func flood() {
    let table = BucketTable<Int>(rate, room: 100)
    #expect(table.take(-1, at: start).remaining == 19)
    for key in 1...100_000 { _ = table.take(key, at: start) }
    #expect(table.count <= 200)
    #expect(table.take(-1, at: start).remaining == 18)
    #expect(table.take(100_001, at: start).wait != nil)
  }

  @Test("strangers who keep coming back, and more of them each time, take no more room than there is")
  func returningFlood() {
    let table = BucketTable<Int>(rate, room: 100)
    for round in 1...20 {
      let now = start + .seconds(60 * round)
      // A hundred new ones come first, then all who were there before.
      for key in (1...(100 * round)).reversed() { _ = table.take(key, at: now) }
      #expect(table.count <= 400)
    }
  }
}
