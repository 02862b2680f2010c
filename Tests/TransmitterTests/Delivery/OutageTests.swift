import TestSupport
import Testing

@testable import Transmitter

/// P4 and P7 over days, on the pure parts alone: queues and their breakers, with a clock that jumps from one thing
/// to do to the next.
@Suite struct OutageTests {
  /// A stream with a backlog, to a receiver that is down until `end`.
  private struct Simulation {
    let environment: Environment
    let machine = DeliveryStateMachine()
    let end: Duration
    var now: Moment
    /// What the store would hold.
    var stored: [PendingDelivery]
    var queue = StreamQueue(window: 16)
    var attempts = 0
    var arrivals: [Duration] = []
    var charged = 0

    init(_ environment: Environment, backlog: Int64, from start: Moment, downUntil end: Duration) throws {
      self.environment = environment
      now = start
      self.end = end
      stored = try (1...backlog).map { try .testing($0) }
    }

    /// As the dispatcher does: not while it is not even time for a probe.
    private mutating func readAhead() {
      guard !(queue.isOutage && queue.isPaused(at: now)), queue.beginsReading() else { return }
      queue.endReading(DuePage(deliveries: stored, isFull: false, nextDue: nil))
    }

    /// Makes all attempts that may be made now, side by side, each in no time.
    mutating func step() {
      readAhead()
      var started: [PendingDelivery] = []
      while let delivery = queue.start(at: now) { started.append(delivery) }
      attempts += started.count
      let isUp = now.uptime >= end
      for delivery in started {
        let fraction = environment.randomFraction()
        let result = AttemptResult(isUp ? .accepted : .failed, code: "simulated")
        queue.note(result, now: now, fraction: fraction)
        let verdict = machine.verdict(
          on: result, of: delivery, inOutage: queue.isOutage, now: now.time, fraction: fraction)
        queue.finish([delivery.sequence])
        stored.removeAll { $0.sequence == delivery.sequence }
        if isUp { arrivals.append(now.uptime) }
        if case .retry(_, _, let isCharged) = verdict {
          charged += isCharged ? 1 : 0
          stored.append(delivery)
        }
      }
      if started.isEmpty, let wait = queue.nextWaking(after: now) { now = now + wait }
    }

    mutating func run(until isDone: (Simulation) -> Bool) {
      while !isDone(self) { step() }
    }
  }

  private let environment = Environment.testing(clock: TestClock())
  private let start = Moment.testing
  private let threeDays = Duration.seconds(72 * 3600)

  @Test(
    "F7 a receiver that is down for three days is tried less than a thousand times, and charges almost nothing"
  )
  func threeDaysDown() throws {
    let end = start.uptime + threeDays
    var simulation = try Simulation(environment, backlog: 40, from: start, downUntil: end)
    simulation.run { $0.now.uptime >= end }
    #expect((600...1000).contains(simulation.attempts), "\(simulation.attempts)")
    #expect(simulation.charged < 5)
    let before = simulation.attempts
    simulation.run { $0.arrivals.count == 40 }
    #expect(simulation.attempts == before + 40)
    // The first probe may take a pause; with it the whole backlog goes.
    #expect(try #require(simulation.arrivals.first) - end <= .seconds(300))
    #expect(try #require(simulation.arrivals.last) - simulation.arrivals[0] == .zero)
  }

  @Test(
    "P7 after a mass outage no second brings more than three times the mean",
    arguments: [20, 60, 300, 600, 6 * 3600])
  func arrivals(seconds: Int) throws {
    var counts: [Int: Int] = [:]
    let end = start.uptime + .seconds(seconds)
    for _ in 0..<2000 {
      // Events of one moment, so that all breakers open together.
      var simulation = try Simulation(environment, backlog: 5, from: start, downUntil: end)
      simulation.run { $0.arrivals.count == 5 }
      for arrival in simulation.arrivals { counts[Int((arrival - end) / .seconds(1)), default: 0] += 1 }
    }
    let span = Double(try #require(counts.keys.max()) + 1)
    let mean = Double(counts.values.reduce(0, +)) / span
    #expect(Double(try #require(counts.values.max())) <= 3 * mean, "\(counts.sorted { $0.key < $1.key })")
  }
}
