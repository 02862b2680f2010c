import Testing

@testable import Transmitter

@Suite struct ChangeAllowanceTests {
  private let start = Timestamp(milliseconds: 1_000_000)

  /// How many changes can be taken at one moment.
  private func drain(_ allowance: inout ChangeAllowance, at now: Timestamp) -> Int {
    var taken = 0
    while allowance.take(at: now) == nil { taken += 1 }
    return taken
  }

  @Test("two seconds' worth at once, then the rate, and never more than the two seconds' worth")
  func rate() {
    var allowance = ChangeAllowance(perSecond: 50, at: start)
    #expect(drain(&allowance, at: start) == 100)
    #expect(drain(&allowance, at: start + .milliseconds(100)) == 5)
    #expect(drain(&allowance, at: start + .seconds(3600)) == 100)
  }

  @Test(
    "the announced wait is enough, and a millisecond less is not", arguments: [1, 3, 7, 50, 999, 1_000_000])
  func wait(perSecond: Int) throws {
    var allowance = ChangeAllowance(perSecond: perSecond, at: start)
    _ = drain(&allowance, at: start)
    let refusal = allowance.take(at: start)
    let wait = try #require(refusal)
    var early = allowance
    if wait > .milliseconds(1) { #expect(early.take(at: start + wait - .milliseconds(1)) != nil) }
    #expect(allowance.take(at: start + wait) == nil)
  }

  @Test("a clock that is set back takes nothing away and brings nothing")
  func clockSetBack() {
    var allowance = ChangeAllowance(perSecond: 50, at: start)
    _ = drain(&allowance, at: start)
    #expect(allowance.take(at: start - .seconds(60)) != nil)
    #expect(drain(&allowance, at: start - .seconds(59)) == 50)
  }
}
