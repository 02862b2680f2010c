import Testing

@testable import Transmitter

@Suite struct DeliveryStateMachineTests {
  private typealias Verdict = DeliveryStateMachine.Verdict

  private static let now = Timestamp(milliseconds: 1_800_000_000_000)
  private let machine = DeliveryStateMachine()

  private func verdict(
    on kind: AttemptResult.Kind, attempts: Int = 0, rejections: Int = 0, inOutage isOutage: Bool = false,
    fraction: Double = 0.5
  ) -> Verdict {
    machine.verdict(
      on: AttemptResult(kind, code: "test"),
      history: DeliveryHistory(attempts: attempts + 100, charged: attempts, rejections: rejections),
      inOutage: isOutage, now: Self.now, fraction: fraction)
  }

  @Test(
    "what was taken is delivered and what was refused is dead, whatever went before", arguments: [0, 1, 50])
  func ends(attempts: Int) {
    #expect(verdict(on: .accepted, attempts: attempts, rejections: min(attempts, 2)) == .delivered)
    #expect(verdict(on: .refused, attempts: attempts, rejections: min(attempts, 2)) == .dead)
  }

  @Test("a rejected event is tried three times over a quarter of an hour, aside, and is dead then")
  func rejections() {
    let pause = Duration.seconds(450)
    for rejections in 0...1 {
      #expect(
        verdict(on: .rejected, attempts: rejections, rejections: rejections)
          == .retry(at: Self.now + pause, aside: true, isCharged: true))
    }
    #expect(verdict(on: .rejected, attempts: 2, rejections: 2) == .dead)
    #expect(pause * 2 >= .seconds(15 * 60))
  }

  @Test("failures cost no rejection: an event that failed often still has its three tries")
  func failuresAreNoRejections() {
    #expect(
      verdict(on: .rejected, attempts: 100)
        == .retry(at: Self.now + .seconds(450), aside: true, isCharged: true))
  }

  @Test(
    "a failure keeps its place in the order, unless the event was moved aside before",
    arguments: [AttemptResult.Kind.failed, .deferred(.seconds(5)), .keyUnknown, .denied, .gone])
  func place(kind: AttemptResult.Kind) {
    for (rejections, expected) in [(0, false), (1, true)] {
      guard case .retry(_, let aside, _) = verdict(on: kind, attempts: 1, rejections: rejections) else {
        return #expect(Bool(false))
      }
      #expect(aside == expected)
    }
  }

  @Test(
    "P4 P7 what is no fault of the event's costs it nothing: it may go as soon as the stream may",
    arguments: [AttemptResult.Kind.deferred(.seconds(3600)), .denied, .gone, .unsent])
  func uncharged(kind: AttemptResult.Kind) {
    for isOutage in [false, true] {
      #expect(
        verdict(on: kind, attempts: 5, inOutage: isOutage)
          == .retry(at: Self.now, aside: false, isCharged: false))
    }
  }

  @Test("P4 a failure in an outage costs the event nothing")
  func outage() {
    #expect(
      verdict(on: .failed, attempts: 5, inOutage: true)
        == .retry(at: Self.now, aside: false, isCharged: false))
  }

  @Test(
    "a receiver that does not know our key has time to fetch it: two minutes, doubling up to a quarter of an hour",
    arguments: [(0, 120.0), (1, 240), (2, 480), (3, 900), (63, 900)])
  func unknownKey(attempt: Int, bound: Double) {
    for isOutage in [false, true] {
      for (fraction, pause) in [(0.0, bound / 2), (0.5, bound * 3 / 4)] {
        #expect(
          verdict(on: .keyUnknown, attempts: attempt, inOutage: isOutage, fraction: fraction)
            == .retry(at: Self.now + .seconds(pause), aside: false, isCharged: true))
      }
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
      verdict(on: .failed, attempts: attempt, fraction: 0.5)
        == .retry(at: Self.now + .seconds(bound / 2), aside: false, isCharged: true))
  }

  @Test("the configured back-offs are those that count")
  func configured() {
    let machine = DeliveryStateMachine(firstBackoff: .seconds(10), longestBackoff: .seconds(30))
    #expect(machine.backoff(attempt: 0, fraction: 0.5) == .seconds(5))
    #expect(machine.backoff(attempt: 5, fraction: 0.5) == .seconds(15))
  }

  // MARK: - Farewells

  private func verdictOnFarewell(_ kind: AttemptResult.Kind, attempts: Int) throws -> Verdict {
    let farewell = try PendingDelivery.testing(
      1, isFarewell: true, history: DeliveryHistory(attempts: attempts + 100, charged: attempts))
    return machine.verdict(
      on: AttemptResult(kind, code: "test"), of: farewell, inOutage: true, now: Self.now, fraction: 0.5)
  }

  @Test(
    "IMPL 16 a farewell has three tries within a minute, whatever they come to",
    arguments: [AttemptResult.Kind.failed, .denied, .keyUnknown, .rejected])
  func farewell(kind: AttemptResult.Kind) throws {
    for attempts in 0...1 {
      #expect(
        try verdictOnFarewell(kind, attempts: attempts)
          == .retry(at: Self.now + .seconds(20), aside: false, isCharged: true))
    }
    #expect(try verdictOnFarewell(kind, attempts: 2) == .dead)
  }

  @Test(
    "P7 what the receiver wants later, and what never got out, is no try of a farewell's",
    arguments: [AttemptResult.Kind.deferred(.seconds(3600)), .unsent])
  func untriedFarewell(kind: AttemptResult.Kind) throws {
    #expect(
      try verdictOnFarewell(kind, attempts: 2) == .retry(at: Self.now, aside: false, isCharged: false))
  }

  @Test("a farewell to an endpoint that is gone is not repeated")
  func farewellToNobody() throws {
    #expect(try verdictOnFarewell(.gone, attempts: 0) == .dead)
  }
}
