import HTTP
import SharedSignals
import Synchronization
import TestSupport
import Testing

@testable import Transmitter

/// What happens around queued SETs: new settings, restarts, stops, a full disk.
@Suite(.timeLimit(.minutes(2))) struct DispatcherChangeTests {
  @Test("a new endpoint gets what is queued already, with the claims as they were")
  func changedEndpoint() async throws {
    let domain = try await TestDomain()
    let receiver = try LoopbackReceiver()
    let stream = try await domain.makeStream()
    try await domain.delivering {
      let receipts = try await domain.emit("a@example.com", "a@example.com", "b@example.com")
      try await eventually("the dispatcher waits") { domain.clock.nextWaking != nil }
      let url = try receiver.url("/new")
      _ = try await domain.registry.update(stream.id, of: TestDomain.owner) {
        $0.settings.delivery.editTarget { $0.endpoint = url }
      }
      try await domain.advanceClock(until: "all are delivered") { domain.totals(of: stream).delivered == 3 }
      #expect(Set(receiver.tokenIDs) == Set(receipts.flatMap(\.deliveries).map(\.jti)))
    }
    #expect(receiver.pushes.allSatisfy { $0.path == "/new" && $0.token.audience == .one(stream.audience) })
  }

  @Test("P7 a quiet time that an earlier run heard of is not a new endpoint's, also where nothing pended")
  func quietOfFormerEndpoint() async throws {
    let domain = try await TestDomain()
    let stream = try await domain.makeStream()
    try await domain.store.transaction { [end = domain.clock.now + .seconds(3600)] transaction in
      try transaction.database.keepQuiet(stream.number, until: end)
    }
    let receiver = try LoopbackReceiver()
    let url = try receiver.url("/new")
    let reopened = try await domain.reopened()
    try await reopened.delivering {
      let probe = try await reopened.makeStream(receiver.url("/probe"))
      try await reopened.registry.requestVerification(of: probe.id, of: TestDomain.owner, state: nil)
      try await reopened.waitUntilNothingPends(of: probe)
      _ = try await reopened.registry.update(stream.id, of: TestDomain.owner) {
        $0.settings.delivery.editTarget { $0.endpoint = url }
      }
      try await reopened.emit("jane@example.com")
      try await reopened.waitUntilNothingPends(of: stream)
    }
    #expect(receiver.pushes.contains { $0.path == "/new" })
  }

  @Test("P11 what pends at a restart is delivered after it, with jti and claims of its acceptance")
  func restart() async throws {
    let domain = try await TestDomain()
    let receiver = try LoopbackReceiver()
    let stream = try await domain.makeStream(receiver.url())
    let receipts = try await domain.emit(addresses: (0..<150).map { "\($0 % 10)@example.com" })
    let accepted = domain.clock.now
    let reopened = try await domain.reopened()
    reopened.clock.advance(by: .seconds(3600))
    #expect(reopened.totals(of: stream).pending == 150)
    try await reopened.delivering { try await reopened.waitUntilNothingPends(of: stream) }
    #expect(Set(receiver.tokenIDs) == Set(receipts.flatMap(\.deliveries).map(\.jti)))
    #expect(receiver.pushes.count == 150)
    #expect(receiver.pushes.allSatisfy { $0.token.issuedAt == accepted.seconds })
    try await reopened.expectBalance(of: stream)
  }

  @Test("what waits for a retry at a restart keeps its time and its history")
  func restartBetweenAttempts() async throws {
    let domain = try await TestDomain()
    let receiver = try LoopbackReceiver { _ in .refusal("invalid_issuer") }
    let stream = try await domain.makeStream(receiver.url())
    try await domain.delivering {
      try await domain.emit("jane@example.com")
      try await eventually("the dispatcher waits") { domain.clock.nextWaking != nil }
    }
    let reopened = try await domain.reopened()
    try await reopened.delivering {
      try await reopened.clock.advanceToNextWaking()
      try await reopened.advanceClock(until: "it is dead") { reopened.totals(of: stream).dead == 1 }
    }
    #expect(receiver.pushes.count == 3)
  }

  @Test("a stop lets what is in flight finish and be kept, and starts nothing more")
  func stop() async throws {
    let domain = try await TestDomain()
    let gate = Gate()
    let receiver = try LoopbackReceiver(behind: gate)
    let stream = try await domain.makeStream(receiver.url())
    try await domain.emit(addresses: (0..<100).map { "\($0)@example.com" })
    let dispatcher = try await domain.makeDispatcher()
    let running = Task { try await dispatcher.run() }
    try await eventually("the window is full") { receiver.underWay == 16 }
    dispatcher.stop()
    try await eventually("the stop is heard") { dispatcher.problem != nil }
    gate.open()
    try await running.value
    #expect(receiver.pushes.count == 16)
    #expect(domain.totals(of: stream).delivered == 16)
    try await domain.expectBalance(of: stream)
  }

  @Test("a stop while the database is locked is a stop in order, whatever was to be swept")
  func stopWhileLocked() async throws {
    let domain = try await TestDomain()
    let gate = Gate()
    let receiver = try LoopbackReceiver(behind: gate)
    let stream = try await domain.makeStream(receiver.url())
    let doomed = try await domain.makeStream()
    try await domain.emit("jane@example.com")
    try await domain.setStatus(.disabled, of: doomed)
    let lock = try await DatabaseLock(of: domain)
    let dispatcher = try await domain.makeDispatcher()
    try await running({ try await dispatcher.run() }, until: dispatcher.stop) {
      try await receiver.waitForPushes(1)
      try await eventually("the sweep waits for the lock") { domain.clock.sleeperCount == 1 }
      dispatcher.stop()
      try await eventually("the stop is heard") { dispatcher.problem != nil }
      domain.clock.advance(by: .seconds(1))
      try await eventually("the sweep tries again") { domain.clock.sleeperCount == 0 }
      // Each waits a moment for the lock: the sweep fails among them.
      for _ in 1...20 { _ = await Result { try await domain.store.transaction { _ in } } }
      try lock.release()
      gate.open()
    }
    #expect(domain.totals(of: stream).delivered == 1)
  }

  @Test("P12 delivery outlasts a full disk, and sends nothing twice for it")
  func fullDisk() async throws {
    let domain = try await TestDomain()
    let gate = Gate()
    let receiver = try LoopbackReceiver(behind: gate)
    let stream = try await domain.makeStream(receiver.url())
    try await domain.delivering {
      try await domain.emit("a@example.com", "a@example.com", "b@example.com")
      try await receiver.waitForPushes(2)
      try await domain.fillDisk()
      gate.open()
      try await eventually("the dispatcher waits for space") { domain.clock.sleeperCount == 1 }
      #expect(domain.store.problem?.contains("full") == true)
      try await domain.freeDisk()
      try await domain.advanceClock(until: "all are delivered") { domain.totals(of: stream).delivered == 3 }
    }
    #expect(receiver.pushes.count == 3)
    try await domain.expectBalance(of: stream)
  }
}
