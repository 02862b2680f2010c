import HTTP
import JOSE
import JSON
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

/// From intake to a receiver on a real socket, through a real file.
@Suite(.timeLimit(.minutes(2))) struct DispatcherTests {
  @Test(
    "RFC 8935 2.1 a SET is posted signed, as its media type, with the receiver's Authorization and right claims"
  )
  func request() async throws {
    let domain = try await TestDomain()
    let receiver = try LoopbackReceiver()
    let stream = try await domain.makeStream(receiver.url("/a/b"), authorization: "Bearer s3cret")
    try await domain.delivering {
      let receipt = try #require(try await domain.emit("jane@example.com").first)
      try await domain.waitUntilNothingPends(of: stream)
      let push = try #require(receiver.pushes.first)
      #expect(push.path == "/a/b")
      #expect(push.authorization == "Bearer s3cret")
      #expect(push.fields["Accept"] == "application/json")
      let token = push.token
      #expect(token.issuer == TestDomain.issuer)
      #expect(token.audience == .one(stream.audience))
      #expect(token.issuedAt == domain.clock.now.seconds)
      #expect(token.id == receipt.deliveries.first?.jti)
      #expect(token.transactionID == receipt.transactionID)
      #expect(token.eventType == .sessionRevoked)
      #expect(push.address == "jane@example.com")
      let keys = try await KeyRing(
        store: domain.store, sealer: domain.sealer, environment: domain.environment)
      let jws = try CompactJWS(parsing: push.body)
      try jws.verify(with: keys.active(.rs256, for: .set).publicKey, allowing: [.rs256])
    }
    #expect(receiver.pushes.count == 1)
    #expect(domain.totals(of: stream).delivered == 1)
    try await domain.expectBalance(of: stream)
  }

  @Test("without an authorization header none is sent")
  func noAuthorization() async throws {
    let domain = try await TestDomain()
    let receiver = try LoopbackReceiver()
    _ = try await domain.makeStream(receiver.url())
    try await domain.delivering {
      try await domain.emit("jane@example.com")
      try await receiver.waitForPushes(1)
    }
    #expect(receiver.pushes.first?.authorization == nil)
  }

  @Test("each stream gets a SET of its own, with its own audience and jti and the same txn")
  func severalStreams() async throws {
    let domain = try await TestDomain()
    let receiver = try LoopbackReceiver()
    for number in 0..<5 {
      _ = try await domain.makeStream(
        receiver.url("/\(number)"),
        for: Principal(clientID: "client \(number)", audience: "urn:\(number)", scopes: []))
    }
    try await domain.delivering {
      try await domain.emit("jane@example.com")
      try await receiver.waitForPushes(5)
    }
    let pushes = receiver.pushes
    #expect(Set(pushes.map(\.token.id)).count == 5)
    #expect(Set(pushes.map(\.token.transactionID)).count == 1)
    for push in pushes { #expect(push.token.audience == .one("urn:" + push.path.dropFirst())) }
  }

  @Test("P5 in-flight windows hold, for each stream and for all, and nobody starves")
  func windows() async throws {
    var world = try TestDomain.World()
    world.windows = Dispatcher.Windows(perStream: 3, inAll: 8)
    let domain = try await TestDomain(world)
    let gate = Gate()
    let receivers = try (0..<3).map { _ in
      try LoopbackReceiver(behind: gate)
    }
    var streams: [Stream] = []
    for receiver in receivers { streams.append(try await domain.makeStream(receiver.url())) }
    try await domain.emit(addresses: (0..<40).map { "\($0)@example.com" })
    try await domain.delivering {
      try await eventually("all have some under way") { receivers.allSatisfy { $0.underWay > 0 } }
      #expect(receivers.allSatisfy { $0.underWay <= 3 })
      gate.open()
      for stream in streams { try await domain.waitUntilNothingPends(of: stream) }
    }
    for (receiver, stream) in zip(receivers, streams) {
      #expect(Set(receiver.tokenIDs).count == 40 && receiver.pushes.count == 40)
      #expect(receiver.mostUnderWay <= 3)
      try await domain.expectBalance(of: stream)
    }
  }

  @Test("P5 a receiver that hangs costs the others nothing")
  func hangingReceiver() async throws {
    let domain = try await TestDomain()
    let gate = Gate()
    let hanging = try LoopbackReceiver(behind: gate)
    let healthy = try LoopbackReceiver()
    let slow = try await domain.makeStream(hanging.url())
    let fast = try await domain.makeStream(healthy.url())
    try await domain.delivering {
      try await domain.emit(addresses: (0..<200).map { "\($0)@example.com" })
      try await domain.waitUntilNothingPends(of: fast)
      #expect(hanging.underWay == 16)
      try await domain.expectBalance(of: slow)
      gate.open()
      try await domain.waitUntilNothingPends(of: slow)
    }
    #expect(Set(hanging.tokenIDs).count == 200 && hanging.pushes.count == 200)
  }

  @Test("P5 a healthy receiver is served at once beside more that hang than there are slots for")
  func manyHangingReceivers() async throws {
    var world = try TestDomain.World()
    world.windows = Dispatcher.Windows(perStream: 4, inAll: 16)
    let domain = try await TestDomain(world)
    let gate = Gate()
    let hanging = try LoopbackReceiver(behind: gate)
    let healthy = try LoopbackReceiver()
    var slow: [Stream] = []
    for number in 0..<10 {
      slow.append(try await domain.makeStream(hanging.url("/\(number)"), events: [.sessionRevoked]))
    }
    try await domain.delivering {
      try await domain.emit(addresses: (0..<50).map { "\($0)@example.com" })
      try await eventually("all that hang have a slot") { Set(hanging.pushes.map(\.path)).count == 10 }
      let fast = try await domain.makeStream(healthy.url())
      try await domain.emit("jane@example.com")
      try await domain.waitUntilNothingPends(of: fast)
      gate.open()
      // An attempt that hung for longer than it may is repeated: the clock has to move for that.
      try await domain.advanceClock(until: "nothing pends") {
        slow.allSatisfy { domain.totals(of: $0).pending == 0 }
      }
    }
  }

  @Test("P7 a receiver that is down is probed, not stormed, and gets everything when it is back")
  func probing() async throws {
    let domain = try await TestDomain()
    let isUp = Shared(false)
    let receiver = try LoopbackReceiver { _ in isUp.value ? .accepted : Response(status: .serviceUnavailable)
    }
    let stream = try await domain.makeStream(receiver.url())
    try await domain.delivering {
      try await domain.emit(addresses: (0..<200).map { "\($0)@example.com" })
      let start = domain.clock.now
      while domain.clock.now.since(start) < .seconds(3600) { try await domain.clock.advanceToNextWaking() }
      #expect(receiver.pushes.count < 16 + 40)
      isUp.withLock { $0 = true }
      try await domain.advanceClock(until: "all are delivered") { domain.totals(of: stream).delivered == 200 }
      try await domain.expectBalance(of: stream)
    }
  }

  @Test("everything is delivered once, in any number, while it is still being accepted")
  func sustained() async throws {
    let domain = try await TestDomain()
    let receiver = try LoopbackReceiver()
    let stream = try await domain.makeStream(receiver.url())
    try await domain.delivering {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for producer in 0..<8 {
          group.addTask {
            for number in 0..<50 { try await domain.emit("\(producer)-\(number % 7)@example.com") }
          }
        }
        while try await group.next() != nil { try await domain.expectBalance(of: stream) }
      }
      try await domain.waitUntilNothingPends(of: stream)
    }
    #expect(receiver.pushes.count == 400)
    #expect(Set(receiver.tokenIDs).count == 400)
    #expect(domain.totals(of: stream).delivered == 400)
    try await domain.expectBalance(of: stream)
  }

  @Test("readiness says whether there is delivery")
  func problem() async throws {
    let domain = try await TestDomain()
    let dispatcher = try await domain.makeDispatcher()
    #expect(dispatcher.problem != nil)
    let running = Task { try await dispatcher.run() }
    try await eventually("the dispatcher runs") { dispatcher.problem == nil }
    dispatcher.stop()
    try await running.value
    #expect(dispatcher.problem == "the dispatcher is not running")
  }
}
