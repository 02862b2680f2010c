import Testing

@testable import Transmitter

@Suite struct BreakerTests {
  private let start = Timestamp(milliseconds: 1_800_000_000_000)
  private let failure = AttemptResult.Kind.failed(retryAfter: nil)

  private func open() -> Breaker {
    var breaker = Breaker()
    for _ in 1...5 { breaker.note(failure, at: start, fraction: 0) }
    return breaker
  }

  @Test("four failures in a row close nothing")
  func fewFailures() {
    var breaker = Breaker()
    for _ in 1...4 { breaker.note(failure, at: start, fraction: 0) }
    #expect(breaker.allowsAttempt(beside: 15, at: start))
  }

  @Test("the fifth opens it: then one attempt at a time, after a pause")
  func opens() {
    let breaker = open()
    #expect(!breaker.allowsAttempt(beside: 0, at: start))
    #expect(breaker.allowsAttempt(beside: 0, at: start + .milliseconds(500)))
    #expect(!breaker.allowsAttempt(beside: 1, at: start + .milliseconds(500)))
  }

  @Test("failures of what began before it opened do not lengthen the pause")
  func lateFailures() {
    var breaker = open()
    let probe = breaker.probeTime
    for _ in 1...11 { breaker.note(failure, at: start + .milliseconds(100), fraction: 0.9) }
    #expect(breaker.probeTime == probe)
  }

  @Test("each failed probe doubles the pause, up to five minutes")
  func growingPauses() throws {
    var breaker = open()
    var now = start
    var probes = 0
    while now.since(start) < .seconds(72 * 3600) {
      now = try #require(breaker.probeTime)
      breaker.note(failure, at: now, fraction: 0.5)
      probes += 1
    }
    #expect(try #require(breaker.probeTime).since(now) == .seconds(225))
    #expect(probes < 1_200)
    var jitterless = open()
    for _ in 1...30 { jitterless.note(failure, at: try #require(jitterless.probeTime), fraction: 1) }
    let last = try #require(jitterless.probeTime)
    jitterless.note(failure, at: last, fraction: 1)
    #expect(try #require(jitterless.probeTime).since(last) == .seconds(300))
  }

  @Test(
    "any answer that is no failure closes it",
    arguments: [AttemptResult.Kind.accepted, .refused, .rejected])
  func closes(kind: AttemptResult.Kind) {
    var breaker = open()
    breaker.note(kind, at: start + .seconds(1), fraction: 0)
    #expect(breaker == Breaker())
    #expect(breaker.allowsAttempt(beside: 15, at: start + .seconds(1)))
  }
}
