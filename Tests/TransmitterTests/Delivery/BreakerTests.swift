import TestSupport
import Testing

@testable import Transmitter

@Suite struct BreakerTests {
  private let start = Duration.seconds(1000)
  private let failure = AttemptResult.Kind.failed

  private func open(fraction: Double = 0) -> Breaker {
    var breaker = Breaker()
    for _ in 1...5 { breaker.note(failure, at: start, fraction: fraction) }
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
    #expect(breaker.allowsAttempt(beside: 0, at: start + .milliseconds(1000)))
    #expect(!breaker.allowsAttempt(beside: 1, at: start + .milliseconds(1000)))
  }

  @Test("failures of what began before it opened do not lengthen the pause")
  func lateFailures() {
    var breaker = open()
    let probe = breaker.opening
    for _ in 1...11 { breaker.note(failure, at: start + .milliseconds(100), fraction: 0.9) }
    #expect(breaker.opening == probe)
  }

  @Test(
    "each failed probe doubles the pause, from a random one of one to two seconds, up to five minutes",
    arguments: [0.0, 0.5, 0.75])
  func growingPauses(fraction: Double) throws {
    var breaker = open(fraction: fraction)
    var pauses = [try #require(breaker.opening) - start]
    for _ in 1...11 {
      let now = try #require(breaker.opening)
      breaker.note(failure, at: now, fraction: 0)
      pauses.append(try #require(breaker.opening) - now)
    }
    #expect(pauses == (0..<12).map { min(.seconds(1 + fraction) * (1 << $0), .seconds(300)) })
  }

  @Test("F7 in three days a receiver that is down is tried less than a thousand times")
  func threeDays() throws {
    let environment = Environment.testing(clock: TestClock())
    var breaker = Breaker()
    var now = start
    var attempts = 16
    for _ in 1...16 { breaker.note(failure, at: now, fraction: environment.randomFraction()) }
    while now - start < .seconds(72 * 3600) {
      now = try #require(breaker.opening)
      #expect(breaker.allowsAttempt(beside: 0, at: now))
      breaker.note(failure, at: now, fraction: environment.randomFraction())
      attempts += 1
    }
    #expect((700...1000).contains(attempts), "\(attempts)")
  }

  @Test("one answer that lets nobody in opens it at once", arguments: [AttemptResult.Kind.denied, .gone])
  func denied(kind: AttemptResult.Kind) {
    var breaker = Breaker()
    breaker.note(kind, at: start, fraction: 0)
    #expect(breaker.isOpen)
    #expect(!breaker.allowsAttempt(beside: 0, at: start))
  }

  @Test("P7 what the receiver asked for holds, whatever answers come meanwhile and after")
  func quiet() {
    var breaker = Breaker()
    breaker.note(.deferred(.seconds(3600)), at: start, fraction: 0)
    for kind in [AttemptResult.Kind.accepted, .failed, .denied, .deferred(.seconds(1)), .accepted] {
      breaker.note(kind, at: start + .seconds(1), fraction: 0)
    }
    breaker.close(at: start + .seconds(1))
    let end = start + .seconds(3600)
    #expect(breaker.isOpen)
    #expect(!breaker.allowsAttempt(beside: 0, at: end - .milliseconds(1)))
    #expect(breaker.allowsAttempt(beside: 0, at: end))
    #expect(!breaker.allowsAttempt(beside: 1, at: end))
    breaker.note(.failed, at: end, fraction: 0)
    #expect(breaker.opening == end + .seconds(1))
  }

  @Test("P7 after a quiet time one probe goes first; its failure opens the breaker, its success closes it")
  func probeAfterQuiet() {
    var breaker = Breaker()
    breaker.note(.deferred(.seconds(60)), at: start, fraction: 0.5)
    let end = start + .milliseconds(60_500)
    #expect(!breaker.allowsAttempt(beside: 0, at: end - .milliseconds(1)))
    #expect(breaker.allowsAttempt(beside: 0, at: end))
    #expect(!breaker.allowsAttempt(beside: 1, at: end))
    var failed = breaker
    failed.note(failure, at: end, fraction: 0.5)
    #expect(!failed.allowsAttempt(beside: 0, at: end))
    breaker.note(.accepted, at: end, fraction: 0)
    #expect(breaker.allowsAttempt(beside: 15, at: end))
  }

  @Test("P7 what an earlier run heard is kept in the same way: after the quiet time one probe goes first")
  func probeAfterRestart() {
    let end = start + .seconds(60)
    let breaker = Breaker(quietUntil: end)
    #expect(breaker.isOpen)
    #expect(!breaker.allowsAttempt(beside: 0, at: end - .milliseconds(1)))
    #expect(breaker.allowsAttempt(beside: 0, at: end))
    #expect(!breaker.allowsAttempt(beside: 1, at: end))
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
