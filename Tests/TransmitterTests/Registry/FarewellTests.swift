import HTTP
import JSON
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

/// SSF 8.1.5: stream-updated, sent before a stop that the transmitter makes and after its re-enable.
@Suite(.timeLimit(.minutes(2))) struct FarewellTests {
  private let domain: TestDomain

  init() async throws {
    domain = try await TestDomain()
  }

  @discardableResult
  private func change(_ stream: Stream, to status: StreamStatus, because reason: String? = nil) async throws
    -> Stream
  {
    try await domain.registry.update(stream.id, of: .administrator) { stream in
      stream.status = status
      stream.reason = reason
    }
  }

  /// A stream to a receiver that takes SETs as long as `isUp`, and otherwise fails, or asks for a pause.
  private func makeReceiver(
    isUp: Shared<Bool> = Shared(true), retryAfter: String? = "1"
  ) async throws -> (LoopbackReceiver, Stream) {
    let refusal = Response(
      status: .serviceUnavailable, fields: retryAfter.map { ["Retry-After": $0] } ?? [:])
    let receiver = try LoopbackReceiver { _ in isUp.value ? .accepted : refusal }
    return (receiver, try await domain.makeStream(receiver.url(), events: [.sessionRevoked]))
  }

  private func news(in receiver: LoopbackReceiver) -> [JSONObject] {
    receiver.pushes.map(\.token).filter { $0.eventType == .streamUpdated }.map(\.members)
  }

  // MARK: - What is told

  @Test(
    "SSF 8.1.5 a stop is told although the stream is stopped, and nothing else is sent",
    arguments: [StreamStatus.paused, .disabled])
  func stop(status: StreamStatus) async throws {
    let (receiver, stream) = try await makeReceiver()
    try await domain.emit("queued@example.com")
    let changed = try await change(stream, to: status, because: "maintenance")
    #expect(changed.status == status && changed.reason == "maintenance")
    try await domain.emit("later@example.com")
    try await domain.delivering {
      try await domain.wait(for: stream, until: "the farewell is delivered") { $0.delivered == 1 }
    }
    #expect(receiver.pushes.count == 1)
    #expect(news(in: receiver) == [["status": .string(status.rawValue), "reason": "maintenance"]])
    #expect(receiver.pushes.first?.token.subject == (try .opaque(stream.id)))
    #expect(domain.totals(of: stream).pending == (status == .paused ? 2 : 0))
  }

  @Test(
    "SSF 8.1.5 a re-enable is told, and what was held follows", arguments: [StreamStatus.paused, .disabled])
  func reenabled(status: StreamStatus) async throws {
    let (receiver, stream) = try await makeReceiver()
    try await domain.setStatus(status, of: stream)
    try await domain.emit("held@example.com")
    try await change(stream, to: .enabled)
    try await domain.delivering { try await domain.waitUntilNothingPends(of: stream) }
    #expect(news(in: receiver) == [["status": "enabled"]])
    #expect(receiver.pushes.count == (status == .paused ? 2 : 1))
  }

  @Test("SSF 8.1.2 from one stop to the other is a change too")
  func fromPausedToDisabled() async throws {
    let (receiver, stream) = try await makeReceiver()
    try await domain.delivering {
      for (count, status) in [StreamStatus.paused, .disabled, .paused].enumerated() {
        try await change(stream, to: status)
        try await receiver.waitForPushes(count + 1)
      }
    }
    #expect(news(in: receiver).map { $0["status"] } == ["paused", "disabled", "paused"])
    try await domain.expectBalance(of: stream)
  }

  @Test("SSF 8.1.2 what the receiver changes itself, and what changes nothing, is not told")
  func notTold() async throws {
    let (_, stream) = try await makeReceiver()
    for status in [StreamStatus.paused, .disabled, .enabled, .paused, .enabled] {
      try await domain.setStatus(status, of: stream)
    }
    try await change(stream, to: .enabled)
    #expect(domain.totals(of: stream).accepted == 0)
  }

  // MARK: - How it is told

  @Test("IMPL 16 a push receiver is tried three times within a minute")
  func threeTries() async throws {
    let (receiver, stream) = try await makeReceiver(isUp: Shared(false), retryAfter: nil)
    let start = domain.clock.now
    try await change(stream, to: .paused)
    try await domain.delivering {
      try await domain.advanceClock(until: "it is given up") { domain.totals(of: stream).dead == 1 }
    }
    #expect(receiver.pushes.count == 3)
    #expect(domain.clock.now.since(start) == .seconds(40))
    try await domain.expectBalance(of: stream)
  }

  @Test("P7 a farewell waits for as long as the receiver asks, and that costs it no try")
  func deferred() async throws {
    let isUp = Shared(false)
    let (receiver, stream) = try await makeReceiver(isUp: isUp, retryAfter: "3600")
    let start = domain.clock.now
    try await change(stream, to: .paused)
    try await domain.delivering {
      for pushes in 1...4 {
        try await receiver.waitForPushes(pushes)
        if pushes == 4 { isUp.value = true }
        try await domain.clock.advanceToNextWaking()
      }
      try await domain.wait(for: stream, until: "the farewell is delivered") { $0.delivered == 1 }
    }
    #expect(receiver.pushes.count == 5)
    #expect(domain.clock.now.since(start) >= .seconds(4 * 3600))
  }

  @Test("a farewell does not wait for what the stop holds, such as a verification that had failed")
  func heldVerification() async throws {
    let isUp = Shared(false)
    let (receiver, stream) = try await makeReceiver(isUp: isUp)
    try await domain.registry.requestVerification(of: stream.id, of: TestDomain.owner, state: "held")
    try await domain.delivering {
      try await eventually("the verification waits for its next attempt") { domain.clock.sleeperCount > 0 }
      isUp.value = true
      try await change(stream, to: .paused)
      try await domain.advanceClock(until: "the farewell is delivered") {
        domain.totals(of: stream).delivered == 1
      }
      #expect(receiver.pushes.map(\.token.eventType) == [.verification, .streamUpdated])
      try await change(stream, to: .enabled)
      try await domain.advanceClock(until: "nothing pends") { domain.totals(of: stream).pending == 0 }
    }
    #expect(
      receiver.pushes.map(\.token.eventType) == [
        .verification, .streamUpdated, .verification, .streamUpdated,
      ])
  }

  @Test("a farewell that the receiver has not taken when the stream goes on is dropped: it is true no more")
  func outdated() async throws {
    let isUp = Shared(false)
    let (receiver, stream) = try await makeReceiver(isUp: isUp)
    try await change(stream, to: .paused)
    try await domain.delivering {
      try await receiver.waitForPushes(1)
      try await eventually("it waits for its next attempt") { domain.clock.sleeperCount > 0 }
      isUp.value = true
      try await change(stream, to: .enabled)
      try await domain.advanceClock(until: "nothing pends") { domain.totals(of: stream).pending == 0 }
    }
    #expect(news(in: receiver).map { $0["status"] } == ["paused", "enabled"])
    #expect(domain.totals(of: stream).dropped == 1)
    try await domain.expectBalance(of: stream)
  }

  @Test("a farewell survives a restart")
  func restarted() async throws {
    let (receiver, stream) = try await makeReceiver()
    try await change(stream, to: .paused)
    let reopened = try await domain.reopened()
    try await reopened.delivering { try await receiver.waitForPushes(1) }
    #expect(news(in: receiver) == [["status": "paused"]])
  }

  @Test("IMPL 16 a poll is offered a farewell until it is acknowledged, or for an hour")
  func polled() async throws {
    let desk = try await domain.makeDesk()
    let (taken, missed) = (try await domain.makePolledStream(), try await domain.makePolledStream())
    try await domain.emit("held@example.com")
    for stream in [taken, missed] { try await change(stream, to: .paused) }
    let answer = try await desk.look(at: taken)
    #expect(answer.tokens.count == 1 && !answer.isMoreAvailable)
    #expect(try await desk.look(at: taken) == answer)
    #expect(try await desk.look(at: taken, acknowledging: answer.tokenIDs).tokens.isEmpty)
    domain.clock.advance(by: .seconds(3600))
    #expect(try await desk.look(at: missed).tokens.count == 1)
    domain.clock.advance(by: .seconds(1))
    #expect(try await desk.look(at: missed).tokens.isEmpty)
  }

  @Test("a waiting poll is woken by the farewell")
  func wakes() async throws {
    let desk = try await domain.makeDesk()
    let stream = try await domain.makePolledStream()
    let poll = desk.waiting(at: stream)
    try await eventually("the poll waits") { domain.clock.sleeperCount == 1 }
    try await change(stream, to: .disabled)
    #expect(try await poll.value.tokens.count == 1)
  }
}
