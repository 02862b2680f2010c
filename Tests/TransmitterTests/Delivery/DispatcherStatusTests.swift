import HTTP
import JSON
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

/// SSF 8.1.2: what a stream's status does to what is queued for it.
@Suite(.timeLimit(.minutes(2))) struct DispatcherStatusTests {
  private let domain: TestDomain

  init() async throws {
    domain = try await TestDomain()
  }

  /// A receiver that answers once the gate is open, and a stream to it.
  private func gatedReceiver() async throws -> (LoopbackReceiver, Gate, Stream) {
    let gate = Gate()
    let receiver = try LoopbackReceiver(behind: gate)
    return (receiver, gate, try await domain.makeStream(receiver.url(), events: [.sessionRevoked]))
  }

  @Test("SSF 8.1.2.1 a paused stream gets nothing; enabled again it gets what was held, in order")
  func paused() async throws {
    let receiver = try LoopbackReceiver()
    let stream = try await domain.makeStream(receiver.url())
    let probe = try await domain.makeStream(receiver.url("/probe"))
    try await domain.delivering {
      try await domain.setStatus(.paused, of: stream)
      let held = try await domain.emit("a@example.com", "b@example.com", "a@example.com", "a@example.com")
      try await domain.waitUntilNothingPends(of: probe)
      #expect(Set(receiver.pushes.map(\.path)) == ["/probe"])
      #expect(domain.totals(of: stream).pending == 4)
      try await domain.expectBalance(of: stream)
      try await domain.setStatus(.enabled, of: stream)
      try await domain.waitUntilNothingPends(of: stream)
      let arrived = receiver.pushes.filter { $0.path == "/events" && $0.address == "a@example.com" }
      let accepted = held.compactMap { $0.deliveries.first { $0.streamID == stream.id }?.jti }
      #expect(arrived.map(\.token.id) == [accepted[0], accepted[2], accepted[3]])
    }
    try await domain.expectBalance(of: stream)
  }

  @Test("P2 pausing and enabling while SETs are in flight sends none of them twice")
  func pausedInFlight() async throws {
    let (receiver, gate, stream) = try await gatedReceiver()
    try await domain.delivering {
      try await domain.emit(addresses: (0..<40).map { "\($0 % 20)@example.com" })
      try await eventually("the window is full") { receiver.underWay == 16 }
      for _ in 1...5 {
        try await domain.setStatus(.paused, of: stream)
        try await settleDown()
        try await domain.setStatus(.enabled, of: stream)
        try await settleDown()
      }
      #expect(receiver.pushes.count == 16)
      gate.open()
      try await domain.waitUntilNothingPends(of: stream)
    }
    #expect(receiver.pushes.count == 40)
    #expect(Set(receiver.tokenIDs).count == 40)
    #expect(receiver.mostUnderWay == 16)
    try await domain.expectBalance(of: stream)
  }

  /// Gives the dispatcher time to do what it should not: a delivery on another stream goes all the way through.
  private func settleDown() async throws {
    let probeReceiver = try LoopbackReceiver()
    let probe = try await domain.makeStream(probeReceiver.url("/probe"), events: [.accountPurged])
    _ = try await domain.intake.accept([
      EventSubmission(["type": "account-purged", "subject": ["format": "opaque", "id": "probe"]])
    ])
    try await domain.waitUntilNothingPends(of: probe)
    try await domain.registry.delete(probe.id, of: TestDomain.owner)
  }

  @Test("SSF 8.1.2.1 disabling drops what is queued and counts it; what is in flight ends as it may")
  func disabled() async throws {
    let (receiver, gate, stream) = try await gatedReceiver()
    try await domain.delivering {
      try await domain.emit(addresses: (0..<1300).map { "\($0)@example.com" })
      try await eventually("the window is full") { receiver.underWay == 16 }
      try await domain.setStatus(.disabled, of: stream)
      try await domain.wait(for: stream, until: "all are dropped") { $0.dropped == 1300 }
      gate.open()
      try await eventually("the receiver has answered") { receiver.underWay == 0 }
      try await domain.expectBalance(of: stream)
      try await domain.emit("late@example.com")
      try await domain.expectBalance(of: stream)
    }
    #expect(domain.totals(of: stream).accepted == 1300)
    #expect(receiver.pushes.count == 16)
    try await domain.expectBalance(of: stream)
  }

  @Test(
    "enabled again after disabling, a stream gets what came afterwards, also of subjects that had a queue")
  func enabledAgain() async throws {
    let receiver = try LoopbackReceiver()
    let stream = try await domain.makeStream(receiver.url())
    try await domain.setStatus(.paused, of: stream)
    try await domain.emit(addresses: Array(repeating: "jane@example.com", count: 1300))
    try await domain.setStatus(.disabled, of: stream)
    try await domain.setStatus(.enabled, of: stream)
    // Behind doomed ones of the same subject, which are swept away only now.
    let receipt = try #require(try await domain.emit("jane@example.com").first)
    try await domain.delivering {
      try await domain.wait(for: stream, until: "the last is delivered") { $0.delivered == 1 }
      try await domain.wait(for: stream, until: "the doomed are dropped") { $0.dropped == 1300 }
      try await domain.emit("jane@example.com")
      try await domain.waitUntilNothingPends(of: stream)
    }
    #expect(receiver.tokenIDs.first == receipt.deliveries.first?.jti)
    #expect(receiver.pushes.count == 2)
    try await domain.expectBalance(of: stream)
  }

  @Test("IMPL 7 deleting a stream drops what is queued and counts it, also when it happens between two runs")
  func deleted() async throws {
    let receiver = try LoopbackReceiver()
    let stream = try await domain.makeStream(receiver.url())
    let early = try await domain.makeStream(receiver.url())
    try await domain.setStatus(.paused, of: stream)
    try await domain.setStatus(.paused, of: early)
    try await domain.emit(addresses: (0..<700).map { "\($0)@example.com" })
    try await domain.registry.delete(early.id, of: TestDomain.owner)
    try await domain.delivering {
      try await domain.wait(for: early, until: "all of the first are dropped") { $0.dropped == 700 }
      try await domain.registry.delete(stream.id, of: TestDomain.owner)
      try await domain.wait(for: stream, until: "all of the second are dropped") { $0.dropped == 700 }
    }
    #expect(receiver.pushes.isEmpty)
    for stream in [early, stream] { try await domain.expectBalance(of: stream) }
  }

  @Test("a stream that is deleted while its SETs are in flight leaves nothing behind")
  func deletedInFlight() async throws {
    let (receiver, gate, stream) = try await gatedReceiver()
    try await domain.delivering {
      try await domain.emit(addresses: (0..<30).map { "\($0)@example.com" })
      try await eventually("the window is full") { receiver.underWay == 16 }
      try await domain.registry.delete(stream.id, of: TestDomain.owner)
      gate.open()
      try await domain.waitUntilNothingPends(of: stream)
    }
    #expect(receiver.pushes.count == 16)
    try await domain.expectBalance(of: stream)
  }

  @Test("IMPL 10 a verification of a paused stream is held and sent when it is enabled")
  func verificationHeld() async throws {
    let receiver = try LoopbackReceiver()
    let stream = try await domain.makeStream(receiver.url(), events: [])
    try await domain.setStatus(.paused, of: stream)
    try await domain.registry.requestVerification(of: stream.id, of: TestDomain.owner, state: "echo")
    try await domain.delivering {
      try await domain.setStatus(.enabled, of: stream)
      try await domain.waitUntilNothingPends(of: stream)
    }
    let token = try #require(receiver.pushes.first).token
    #expect(token.eventType == .verification)
    #expect(token.members == ["state": "echo"])
    #expect(token.subject == (try .opaque(stream.id)))
  }
}
