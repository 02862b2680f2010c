import HTTP
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

/// F16: what a step of the system's clock does to deliveries.
@Suite(.timeLimit(.minutes(2))) struct DispatcherClockTests {
  private static let day = Duration.seconds(86_400)
  private let domain: TestDomain

  init() async throws {
    domain = try await TestDomain()
  }

  @Test(
    "F16 after a step nothing stalls: new events go at once, failed ones after their back-off",
    arguments: [3600, -3600, 3650 * 86_400])
  func steps(seconds: Int) async throws {
    let attempts = Shared(0)
    let receiver = try LoopbackReceiver { _ in
      attempts.increment() <= 3 ? Response(status: .badGateway) : .accepted
    }
    let stream = try await domain.makeStream(receiver.url())
    try await domain.delivering {
      try await domain.emit("a@example.com", "b@example.com", "c@example.com")
      try await receiver.waitForPushes(3)
      try await eventually("the dispatcher waits") { domain.clock.nextWaking != nil }
      domain.clock.step(by: .seconds(seconds))
      try await domain.emit("d@example.com")
      try await domain.wait(for: stream, until: "the new one is delivered") { $0.delivered >= 1 }
      let uptime = domain.clock.uptime
      try await domain.advanceClock(until: "all are delivered") { domain.totals(of: stream).delivered == 4 }
      #expect(domain.clock.uptime - uptime < .seconds(2))
    }
    try await domain.expectBalance(of: stream)
  }

  @Test("F16 what pends at a start in the past is delivered at once, or after its back-off")
  func startInThePast() async throws {
    let receiver = try LoopbackReceiver { push in
      push.address == "stubborn@example.com" ? .refusal("invalid_issuer") : .accepted
    }
    let stream = try await domain.makeStream(receiver.url())
    try await domain.delivering {
      try await domain.emit("stubborn@example.com")
      try await eventually("the dispatcher waits") { domain.clock.nextWaking != nil }
    }
    try await domain.emit(addresses: (0..<20).map { "\($0)@example.com" })
    domain.clock.step(by: Self.day * -10)
    let uptime = domain.clock.uptime
    let restarted = try await domain.reopened()
    try await restarted.delivering {
      try await restarted.wait(for: stream, until: "all but one are delivered") { $0.delivered == 20 }
      try await restarted.advanceClock(until: "it is dead") { restarted.totals(of: stream).dead == 1 }
    }
    #expect(restarted.clock.uptime - uptime < .seconds(1800))
  }

  @Test("F16 with a clock that is not set nothing is accepted and nothing is sent; it recovers by itself")
  func unsetClock() async throws {
    let receiver = try LoopbackReceiver()
    let stream = try await domain.makeStream(receiver.url())
    try await domain.emit("jane@example.com")
    let right = domain.clock.now
    domain.clock.step(by: Timestamp(milliseconds: 0).since(right))
    #expect(domain.environment.clockProblem?.description.contains("1970-01-01") == true)
    await #expect(throws: ClockError.self) { try await domain.emit("joe@example.com") }
    try await domain.delivering {
      for _ in 1...20 { try await domain.clock.advanceToNextWaking() }
      #expect(receiver.pushes.isEmpty)
      #expect(domain.totals(of: stream).pending == 1)
      domain.clock.step(by: right.since(domain.clock.now))
      try await domain.advanceClock(until: "it is delivered") { domain.totals(of: stream).delivered == 1 }
    }
    #expect(domain.environment.clockProblem == nil)
    #expect(receiver.pushes.count == 1)
  }
}
