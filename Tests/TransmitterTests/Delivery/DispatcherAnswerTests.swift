import HTTP
import SQLite
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

/// What a receiver's answers mean for the rest of its stream.
@Suite(.timeLimit(.minutes(2))) struct DispatcherAnswerTests {
  private let domain: TestDomain

  init() async throws {
    domain = try await TestDomain()
  }

  private func charges() async throws -> [Int] {
    try await domain.store.read { try $0.query("SELECT DISTINCT charged FROM delivery") { try $0.int(0) } }
  }

  // MARK: - Nobody is let in

  @Test(
    "P4 a receiver that lets us not in is probed at once, and costs no event anything",
    arguments: [
      Response(status: .unauthorized), Response(status: .forbidden),
      .refusal("authentication_failed"), .refusal("access_denied"),
    ])
  func denied(answer: Response) async throws {
    let isOpen = Shared(false)
    let receiver = try LoopbackReceiver { _ in isOpen.value ? .accepted : answer }
    let stream = try await domain.makeStream(receiver.url())
    try await domain.delivering {
      try await domain.emit("first@example.com")
      try await domain.clock.advanceToNextWaking()
      try await receiver.waitForPushes(2)
      try await domain.emit(addresses: (0..<100).map { "\($0)@example.com" })
      let start = domain.clock.now
      while domain.clock.now.since(start) < .seconds(3600) { try await domain.clock.advanceToNextWaking() }
      #expect(receiver.pushes.count < 30)
      #expect(receiver.mostUnderWay == 1)
      #expect(try await charges() == [0])
      #expect(domain.totals(of: stream).pending == 101)
      isOpen.value = true
      try await domain.advanceClock(until: "all are delivered") { domain.totals(of: stream).delivered == 101 }
    }
    try await domain.expectBalance(of: stream)
  }

  @Test("a new authorization header goes with what is queued already, at once")
  func rotatedHeader() async throws {
    let receiver = try LoopbackReceiver { push in
      push.authorization == "Bearer new" ? .accepted : Response(status: .unauthorized)
    }
    let stream = try await domain.makeStream(receiver.url(), authorization: "Bearer old")
    try await domain.delivering {
      try await domain.emit(addresses: (0..<50).map { "\($0 % 25)@example.com" })
      for _ in 1...12 { try await domain.clock.advanceToNextWaking() }
      let now = domain.clock.now
      _ = try await domain.registry.update(stream.id, of: TestDomain.owner) {
        $0.settings.delivery.editTarget { $0.authorizationHeader = "Bearer new" }
      }
      try await domain.waitUntilNothingPends(of: stream)
      #expect(domain.clock.now == now)
    }
    #expect(Set(receiver.pushes.filter { $0.authorization == "Bearer new" }.map(\.token.id)).count == 50)
    #expect(domain.totals(of: stream).delivered == 50)
  }

  @Test("an answer of the endpoint that a stream had before tells nothing of the new one")
  func answerOfFormerEndpoint() async throws {
    let gate = Gate()
    let former = try LoopbackReceiver(behind: gate, answering: Response(status: HTTPStatus(code: 410)))
    let receiver = try LoopbackReceiver()
    let stream = try await domain.makeStream(former.url())
    let url = try receiver.url()
    try await domain.delivering {
      try await domain.emit("jane@example.com")
      try await former.waitForPushes(1)
      _ = try await domain.registry.update(stream.id, of: TestDomain.owner) {
        $0.settings.delivery.editTarget { $0.endpoint = url }
      }
      gate.open()
      try await domain.waitUntilNothingPends(of: stream)
    }
    #expect(receiver.pushes.count == 1)
    #expect(try domain.registry.stream(stream.id, of: TestDomain.owner).status == .enabled)
  }

  // MARK: - Nobody is there

  @Test("410 pauses the stream: what is queued is held, the receiver is told once, nothing is dead")
  func gone() async throws {
    let isGone = Shared(true)
    let receiver = try LoopbackReceiver { _ in
      isGone.value ? Response(status: HTTPStatus(code: 410)) : .accepted
    }
    let stream = try await domain.makeStream(receiver.url(), events: [.sessionRevoked])
    try await domain.delivering {
      try await domain.emit(addresses: (0..<50).map { "\($0)@example.com" })
      try await domain.wait(for: stream, until: "the farewell is given up") { $0.dead == 1 }
      let paused = try domain.registry.stream(stream.id, of: TestDomain.owner)
      #expect(paused.status == .paused)
      #expect(paused.reason?.contains("410") == true)
      #expect(domain.totals(of: stream).pending == 50)
      try await domain.emit("later@example.com")
      #expect(receiver.pushes.count(where: { $0.token.eventType == .streamUpdated }) == 1)
      #expect(receiver.pushes.count <= 17)
      isGone.value = false
      _ = try await domain.registry.update(stream.id, of: .administrator) { $0.status = .enabled }
      try await domain.waitUntilNothingPends(of: stream)
    }
    #expect(domain.totals(of: stream).delivered == 52)
    try await domain.expectBalance(of: stream)
  }

  @Test("an answer from before the stream was stopped and enabled again tells nothing of it now")
  func answerFromBeforeStop() async throws {
    let (gate, asked) = (Gate(), Shared(0))
    let receiver = try LoopbackReceiver { _ in
      guard asked.increment() <= 16 else { return .accepted }
      await gate.pass()
      return Response(status: HTTPStatus(code: 410))
    }
    let stream = try await domain.makeStream(receiver.url(), events: [.sessionRevoked])
    try await domain.delivering {
      try await domain.emit(addresses: (0..<20).map { "\($0)@example.com" })
      try await receiver.waitForPushes(16)
      try await domain.setStatus(.paused, of: stream)
      try await domain.setStatus(.enabled, of: stream)
      gate.open()
      try await domain.waitUntilNothingPends(of: stream)
    }
    #expect(domain.totals(of: stream).delivered == 20)
  }

  // MARK: - Retry-After

  @Test(
    "P7 while a receiver wants nothing, its whole stream waits, also over a restart and a step of the clock")
  func quietStream() async throws {
    let attempts = Shared(0)
    let receiver = try LoopbackReceiver { _ in
      guard attempts.increment() == 1 else { return .accepted }
      return Response(status: .serviceUnavailable, fields: ["Retry-After": "3600"])
    }
    let probe = try LoopbackReceiver()
    let stream = try await domain.makeStream(receiver.url(), events: [.sessionRevoked])
    let start = domain.clock.now
    try await domain.delivering {
      try await domain.emit("a@example.com")
      try await eventually("the dispatcher waits") { domain.clock.nextWaking != nil }
    }
    let reopened = try await domain.reopened()
    let other = try await reopened.makeStream(probe.url())
    try await reopened.delivering {
      try await reopened.emit("b@example.com", "c@example.com")
      try await reopened.waitUntilNothingPends(of: other)
      reopened.clock.step(by: .seconds(86_400))
      reopened.clock.step(by: .seconds(-86_400))
      reopened.clock.advance(to: start + .seconds(3600) - .milliseconds(1))
      try await reopened.emit("d@example.com")
      try await reopened.waitUntilNothingPends(of: other)
      #expect(receiver.pushes.count == 1)
      try await reopened.advanceClock(until: "all are delivered") { reopened.totals(of: stream).pending == 0 }
      #expect(reopened.clock.now < start + .seconds(3602))
    }
    #expect(receiver.pushes.count == 5)
  }

  @Test("a new endpoint owes no quiet to what the former one asked for, also after a restart")
  func quietOfFormerEndpoint() async throws {
    let former = try LoopbackReceiver { _ in
      Response(status: .tooManyRequests, fields: ["Retry-After": "3600"])
    }
    let receiver = try LoopbackReceiver()
    let stream = try await domain.makeStream(former.url())
    try await domain.delivering {
      try await domain.emit("a@example.com")
      try await eventually("the dispatcher waits") { domain.clock.nextWaking != nil }
    }
    let url = try receiver.url()
    _ = try await domain.registry.update(stream.id, of: TestDomain.owner) {
      $0.settings.delivery.editTarget { $0.endpoint = url }
    }
    let reopened = try await domain.reopened()
    try await reopened.delivering { try await reopened.waitUntilNothingPends(of: stream) }
    #expect(receiver.pushes.count == 1)
  }

  @Test("a late answer of the former endpoint asks the new one for no quiet, also after a restart")
  func lateAnswerOfFormerEndpoint() async throws {
    let gate = Gate()
    let former = try LoopbackReceiver(
      behind: gate, answering: Response(status: .tooManyRequests, fields: ["Retry-After": "3600"]))
    let receiver = try LoopbackReceiver()
    let stream = try await domain.makeStream(former.url())
    let url = try receiver.url()
    try await domain.delivering {
      try await domain.emit("a@example.com")
      try await former.waitForPushes(1)
      _ = try await domain.registry.update(stream.id, of: TestDomain.owner) {
        $0.settings.delivery.editTarget { $0.endpoint = url }
      }
      gate.open()
      try await domain.waitUntilNothingPends(of: stream)
    }
    let reopened = try await domain.reopened()
    try await reopened.delivering {
      try await reopened.emit("b@example.com")
      try await reopened.waitUntilNothingPends(of: stream)
    }
    #expect(receiver.pushes.count == 2)
  }

  // MARK: - Keys

  @Test("a SET whose key the receiver does not know yet is delivered when it does")
  func unknownKey() async throws {
    let knowsKey = Shared(false)
    let receiver = try LoopbackReceiver { _ in knowsKey.value ? .accepted : .refusal("invalid_key") }
    let stream = try await domain.makeStream(receiver.url())
    try await domain.delivering {
      try await domain.emit("jane@example.com")
      let start = domain.clock.now
      while domain.clock.now.since(start) < .seconds(86_400) { try await domain.clock.advanceToNextWaking() }
      #expect((90...250).contains(receiver.pushes.count))
      knowsKey.value = true
      try await domain.advanceClock(until: "it is delivered") { domain.totals(of: stream).delivered == 1 }
    }
    #expect(Set(receiver.tokenIDs).count == 1)
  }
}
