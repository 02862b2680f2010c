import HTTP
import SQLite
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

@Suite(.timeLimit(.minutes(2))) struct DispatcherRetryTests {
  @Test("P2 every attempt has the same jti, iat and claims; under one key they are the same bytes")
  func sameToken() async throws {
    let domain = try await TestDomain()
    let attempts = Shared(0)
    let receiver = try LoopbackReceiver { _ in
      attempts.increment() < 6 ? Response(status: .serviceUnavailable) : .accepted
    }
    let stream = try await domain.makeStream(receiver.url())
    try await domain.delivering {
      try await domain.emit("jane@example.com")
      try await domain.advanceClock(until: "it is delivered") { domain.totals(of: stream).delivered == 1 }
    }
    #expect(receiver.pushes.count == 6)
    #expect(Set(receiver.pushes.map(\.token)).count == 1)
    #expect(Set(receiver.pushes.map(\.body)).count == 1)
    try await domain.expectBalance(of: stream)
  }

  @Test("P7 after a Retry-After nothing is sent before that instant")
  func retryAfter() async throws {
    let domain = try await TestDomain()
    let attempts = Shared(0)
    let receiver = try LoopbackReceiver { _ in
      guard attempts.increment() == 1 else { return .accepted }
      return Response(status: .tooManyRequests, fields: ["Retry-After": "3600"])
    }
    let stream = try await domain.makeStream(receiver.url())
    let start = domain.clock.now
    try await domain.delivering {
      try await domain.emit("jane@example.com")
      try await eventually("the dispatcher waits") { domain.clock.nextWaking != nil }
      #expect(try #require(domain.clock.nextWaking) >= start + .seconds(3600))
      domain.clock.advance(to: start + .seconds(3600) - .milliseconds(1))
      #expect(domain.clock.sleeperCount == 1)
      #expect(receiver.pushes.count == 1)
      try await domain.clock.advanceToNextWaking()
      try await domain.waitUntilNothingPends(of: stream)
    }
    #expect(receiver.pushes.count == 2)
  }

  @Test(
    "P4 a receiver that nobody can reach is tried until the horizon; then its events are expired, and counted"
  )
  func horizon() async throws {
    let domain = try await TestDomain()
    // The discard port, where nobody listens.
    let stream = try await domain.makeStream()
    let start = domain.clock.now
    try await domain.delivering {
      try await domain.emit("jane@example.com", "jane@example.com", "joe@example.com")
      try await eventually("the dispatcher waits") { domain.clock.nextWaking != nil }
      domain.clock.advance(to: start + .seconds(7 * 24 * 3600 - 1))
      try await domain.advanceClock(until: "all are expired") { domain.totals(of: stream).expired == 3 }
    }
    #expect(domain.clock.now >= start + .seconds(7 * 24 * 3600 - 1))
    #expect(domain.totals(of: stream).pending == 0)
    let codes = try await domain.store.read { database in
      try database.query("SELECT DISTINCT last_code FROM delivery") { try $0.text(0) }
    }
    #expect(Set(codes).isSubset(of: ["connect_refused", "horizon_passed"]))
    try await domain.expectBalance(of: stream)
  }

  @Test("what was held beyond the horizon is expired without being sent")
  func heldTooLong() async throws {
    let domain = try await TestDomain()
    let receiver = try LoopbackReceiver()
    let stream = try await domain.makeStream(receiver.url())
    try await domain.setStatus(.paused, of: stream)
    try await domain.emit("old@example.com", "old@example.com")
    domain.clock.advance(by: .seconds(7 * 24 * 3600) + .seconds(1))
    try await domain.emit("old@example.com")
    try await domain.delivering {
      try await domain.setStatus(.enabled, of: stream)
      try await domain.waitUntilNothingPends(of: stream)
    }
    #expect(domain.totals(of: stream).expired == 2)
    #expect(receiver.pushes.count == 1)
    try await domain.expectBalance(of: stream)
  }

  @Test("a receiver that comes back gets everything, each subject in order")
  func outage() async throws {
    let domain = try await TestDomain()
    let isUp = Shared(false)
    let receiver = try LoopbackReceiver { _ in
      isUp.value ? .accepted : Response(status: .badGateway)
    }
    let stream = try await domain.makeStream(receiver.url())
    let receipts = try await domain.emit(addresses: (0..<90).map { "\($0 % 30)@example.com" })
    try await domain.delivering {
      try await domain.advanceClock(until: "all heads were tried twice") { receiver.pushes.count >= 60 }
      #expect(Set(receiver.pushes.compactMap(\.address)).count == 30)
      #expect(Set(receiver.tokenIDs).count == 30)
      try await domain.expectBalance(of: stream)
      isUp.value = true
      try await domain.advanceClock(until: "all are delivered") { domain.totals(of: stream).delivered == 90 }
    }
    let firsts = receiver.tokenIDs.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    for subject in 0..<30 {
      let accepted = stride(from: subject, to: 90, by: 30).compactMap { receipts[$0].deliveries.first?.jti }
      #expect(firsts.filter(accepted.contains) == accepted)
    }
    try await domain.expectBalance(of: stream)
  }
}
