import Testing

@testable import Transmitter

@Suite struct DeliveryStateMachineTests {
  private typealias Verdict = DeliveryStateMachine.Verdict

  private static let accepted = Timestamp(milliseconds: 1_800_000_000_000)
  private let machine = DeliveryStateMachine()

  private func verdict(
    on kind: AttemptResult.Kind, attempts: Int = 0, rejections: Int = 0, age: Duration = .zero,
    fraction: Double = 0.5
  ) -> Verdict {
    machine.verdict(
      on: AttemptResult(kind, code: "test"), accepted: Self.accepted,
      history: DeliveryHistory(attempts: attempts, rejections: rejections), now: Self.accepted + age,
      fraction: fraction)
  }

  @Test(
    "what was taken is delivered and what was refused is dead, whatever went before", arguments: [0, 1, 50])
  func ends(attempts: Int) {
    for age in [Duration.zero, .seconds(30 * 24 * 3600)] {
      #expect(
        verdict(on: .accepted, attempts: attempts, rejections: min(attempts, 2), age: age) == .delivered)
      #expect(verdict(on: .refused, attempts: attempts, rejections: min(attempts, 2), age: age) == .dead)
    }
  }

  @Test("a rejected event is tried three times over a quarter of an hour, aside, and is dead then")
  func rejections() {
    let pause = Duration.seconds(450)
    #expect(verdict(on: .rejected) == .retry(at: Self.accepted + pause, aside: true))
    #expect(
      verdict(on: .rejected, attempts: 1, rejections: 1, age: pause)
        == .retry(at: Self.accepted + pause * 2, aside: true))
    #expect(verdict(on: .rejected, attempts: 2, rejections: 2, age: pause * 2) == .dead)
    #expect(pause * 2 >= .seconds(15 * 60))
  }

  @Test("failures cost no rejection: an event that failed often still has its three tries")
  func failuresAreNoRejections() {
    #expect(verdict(on: .rejected, attempts: 100) == .retry(at: Self.accepted + .seconds(450), aside: true))
  }

  @Test("a failure keeps its place in the order, unless the event was moved aside before")
  func place() {
    for result in [AttemptResult.Kind.failed(retryAfter: nil), .failed(retryAfter: .seconds(5))] {
      guard case .retry(_, let aside) = verdict(on: result) else { return #expect(Bool(false)) }
      #expect(!aside)
      guard case .retry(_, let still) = verdict(on: result, attempts: 1, rejections: 1) else {
        return #expect(Bool(false))
      }
      #expect(still)
    }
  }

  @Test(
    "back-off doubles from one second up to five minutes, with full jitter",
    arguments: [(0, 1.0), (1, 2), (2, 4), (8, 256), (9, 300), (10, 300), (63, 300), (10_000, 300)])
  func backoff(attempt: Int, bound: Double) {
    #expect(machine.backoff(attempt: attempt, fraction: 0) == .zero)
    #expect(machine.backoff(attempt: attempt, fraction: 0.5) == .seconds(bound / 2))
    #expect(machine.backoff(attempt: attempt, fraction: 0.999_999) < .seconds(bound))
    #expect(
      verdict(on: .failed(retryAfter: nil), attempts: attempt, fraction: 0.5)
        == .retry(at: Self.accepted + .seconds(bound / 2), aside: false))
  }

  @Test(
    "P7 Retry-After is never undercut, and not stretched by more than a first back-off",
    arguments: [1, 60, 86_400])
  func retryAfter(seconds: Int) {
    for fraction in [0, 0.5, 0.999_999] {
      guard
        case .retry(let time, _) = verdict(
          on: .failed(retryAfter: .seconds(seconds)), attempts: 20, fraction: fraction)
      else { return #expect(Bool(false)) }
      #expect(time >= Self.accepted + .seconds(seconds))
      #expect(time < Self.accepted + .seconds(seconds + 1))
    }
  }

  @Test("P4 an event expires when its next try would come after the horizon, and not before")
  func horizon() {
    let week = Duration.seconds(7 * 24 * 3600)
    let wait = AttemptResult.Kind.failed(retryAfter: .seconds(60))
    #expect(
      verdict(on: wait, age: week - .seconds(60), fraction: 0)
        == .retry(at: Self.accepted + week, aside: false))
    #expect(verdict(on: wait, age: week - .seconds(60) + .milliseconds(1), fraction: 0) == .expired)
    #expect(verdict(on: .rejected, age: week) == .expired)
    #expect(!machine.isPastHorizon(Self.accepted, now: Self.accepted + week))
    #expect(machine.isPastHorizon(Self.accepted, now: Self.accepted + week + .milliseconds(1)))
  }

  @Test("the configured horizon and back-offs are those that count")
  func configured() {
    let machine = DeliveryStateMachine(
      horizon: .seconds(60), firstBackoff: .seconds(10), longestBackoff: .seconds(30))
    #expect(machine.backoff(attempt: 0, fraction: 0.5) == .seconds(5))
    #expect(machine.backoff(attempt: 5, fraction: 0.5) == .seconds(15))
    #expect(machine.isPastHorizon(Self.accepted, now: Self.accepted + .seconds(61)))
  }
}
