import HTTP
import SQLite
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

/// P15: what operators see of a receiver that is not delivered to, and what they are called for.
@Suite(.timeLimit(.minutes(2))) struct ReceiverTroubleTests {
  private let domain: TestDomain

  init() async throws {
    domain = try await TestDomain()
  }

  @Test("operators can see which receivers are down, and why")
  func conditions() async throws {
    let receiver = try LoopbackReceiver { _ in Response(status: .unauthorized) }
    let healthy = try LoopbackReceiver()
    let stream = try await domain.makeStream(receiver.url())
    let other = try await domain.makeStream(healthy.url())
    let polled = try await domain.makePolledStream()
    try await domain.delivering { dispatcher in
      try await domain.emit("jane@example.com")
      try await domain.waitUntilNothingPends(of: other)
      try await eventually("the dispatcher waits") { domain.clock.nextWaking != nil }
      let conditions = await dispatcher.conditions()
      #expect(conditions.map(\.streamID) == [stream.id, other.id])
      #expect(conditions.map(\.breaker) == [.open, .closed])
      #expect(conditions.map(\.trouble?.code) == ["http_401", nil])
      #expect(conditions.first?.inFlight == 0)
      let ofPolled = await dispatcher.condition(of: polled)
      #expect(ofPolled == nil)
    }
  }

  @Test(
    "an alarm is raised once for each trouble, by what it is",
    arguments: [
      (HTTPStatus.unauthorized, ReceiverAlarm.denies), (.forbidden, .denies), (.gone, .gone),
      (.internalServerError, .fails), (.serviceUnavailable, .fails),
    ])
  func alarms(status: HTTPStatus, alarm: ReceiverAlarm) async throws {
    let receiver = try LoopbackReceiver { _ in Response(status: status) }
    _ = try await domain.makeStream(receiver.url())
    try await domain.emit(addresses: (0..<12).map { "user\($0)@example.com" })
    try await domain.delivering { dispatcher in
      try await eventually("an alarm is raised") { await !dispatcher.alarms.isEmpty }
      // Probes that come to the same say nothing new.
      if status != .gone { for _ in 0..<4 { try await domain.clock.advanceToNextWaking() } }
      let alarms = await dispatcher.alarms
      #expect(alarms == [alarm: 1])
    }
  }

  @Test("a pause that the receiver asks for is trouble, but no alarm")
  func quiet() async throws {
    let receiver = try LoopbackReceiver { _ in
      Response(status: .tooManyRequests, fields: ["Retry-After": "60"])
    }
    let stream = try await domain.makeStream(receiver.url())
    try await domain.emit("jane@example.com")
    try await domain.delivering { dispatcher in
      try await eventually("the dispatcher waits") { domain.clock.nextWaking != nil }
      let condition = try #require(await dispatcher.condition(of: stream))
      #expect(condition.trouble?.code == "http_429")
      let quiet = try #require(condition.quiet)
      #expect(quiet >= .seconds(60))
      let alarms = await dispatcher.alarms
      #expect(alarms.isEmpty)
    }
  }

  @Test("a clock that is not set is no trouble of the receiver's, and costs no event anything")
  func ownFault() async throws {
    let receiver = try LoopbackReceiver()
    let stream = try await domain.makeStream(receiver.url())
    try await domain.emit(addresses: (0..<12).map { "user\($0)@example.com" })
    let right = domain.clock.now
    domain.clock.step(by: Timestamp(milliseconds: 0).since(right))
    try await domain.delivering { dispatcher in
      for _ in 0..<4 { try await domain.clock.advanceToNextWaking() }
      let condition = try #require(await dispatcher.condition(of: stream))
      #expect(condition.breaker == .closed)
      #expect(condition.trouble == nil && condition.fault == "clock_not_set")
      let alarms = await dispatcher.alarms
      #expect(alarms.isEmpty)
      domain.clock.step(by: right.since(domain.clock.now))
      try await domain.advanceClock(until: "all are delivered") { domain.totals(of: stream).delivered == 12 }
    }
    let charges = try await domain.store.read { database in
      try database.query("SELECT DISTINCT charged FROM delivery") { try $0.int(0) }
    }
    #expect(charges == [0])
  }

  @Test("trouble that becomes another calls again, and is over when the receiver is back")
  func change() async throws {
    let status = Shared(HTTPStatus.badGateway)
    let receiver = try LoopbackReceiver { _ in Response(status: status.value) }
    let stream = try await domain.makeStream(receiver.url())
    try await domain.emit(addresses: (0..<12).map { "user\($0)@example.com" })
    try await domain.delivering { dispatcher in
      try await domain.advanceClock(until: "it fails") {
        await dispatcher.condition(of: stream)?.trouble?.code == "http_502"
      }
      status.value = .forbidden
      try await domain.advanceClock(until: "it lets nobody in") {
        await dispatcher.condition(of: stream)?.trouble?.code == "http_403"
      }
      status.value = .accepted
      try await domain.advanceClock(until: "it is back") {
        await dispatcher.condition(of: stream)?.breaker == .closed
      }
      let alarms = await dispatcher.alarms
      #expect(alarms == [.fails: 1, .denies: 1])
      let trouble = await dispatcher.condition(of: stream)?.trouble
      #expect(trouble == nil)
    }
  }
}
