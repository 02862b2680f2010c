import JSON
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

@Suite(.timeLimit(.minutes(2))) struct LargeDeliveriesTests {
  private func delivery(_ sequence: Int64, of stream: Int64 = 1, bytes: Int) throws -> PendingDelivery {
    let small = try PendingDelivery.testing(sequence)
    return PendingDelivery(
      sequence: sequence, stream: stream, orderKey: small.orderKey, accepted: small.accepted,
      history: DeliveryHistory(),
      token: StoredSecurityEventToken(
        small.token.envelope, subject: "", members: String(repeating: "x", count: bytes)),
      isFarewell: false, profile: .ssf10)
  }

  @Test("P5 a stream starts another large delivery only if it leaves as many bytes free as it has")
  func share() throws {
    var large = LargeDeliveries()
    let mebibyte = 1 << 20
    #expect(large.room(for: 1) == .max)
    let first = try delivery(1, bytes: mebibyte)
    large.begin(first)
    #expect(large.room(for: 1) == LargeDeliveries.budget - 2 * mebibyte)
    large.begin(try delivery(2, bytes: mebibyte))
    #expect(large.room(for: 1) == LargeDeliveries.threshold)
    #expect(large.room(for: 2) == .max)
    large.end(first.key)
    #expect(large.room(for: 1) == LargeDeliveries.budget - 2 * mebibyte)
  }

  @Test("P11 no stream starts a large delivery while the budget is used up; small ones never wait for it")
  func budget() throws {
    var large = LargeDeliveries()
    let first = try delivery(1, of: 1, bytes: LargeDeliveries.budget - 1)
    large.begin(first)
    #expect(large.room(for: 1) == LargeDeliveries.threshold)
    #expect(large.room(for: 2) == .max)
    let second = try delivery(2, of: 2, bytes: 1 << 20)
    large.begin(second)
    #expect(large.room(for: 3) == LargeDeliveries.threshold)
    large.end(second.key)
    large.end(first.key)
    #expect([1, 2, 3].map(large.room) == [.max, .max, .max])
  }

  @Test("small deliveries are not counted")
  func small() throws {
    var large = LargeDeliveries()
    let small = try delivery(1, bytes: LargeDeliveries.threshold)
    large.begin(small)
    #expect(large.room(for: 1) == .max)
    large.end(small.key)
    #expect(large.room(for: 1) == .max)
  }

  @Test("P5 a receiver that hangs on large events holds up no large event of another stream's")
  func neighbour() async throws {
    let domain = try await TestDomain()
    let gate = Gate()
    let slow = try LoopbackReceiver(behind: gate)
    let stream = try await domain.makeStream(slow.url())
    let receiver = try LoopbackReceiver()
    try await domain.delivering {
      for number in 1...6 { try await domain.emitLarge(about: "\(number)@example.com") }
      try await slow.waitForPushes(2)
      let neighbour = try await domain.makeStream(receiver.url())
      try await domain.emitLarge(about: "last@example.com")
      try await domain.waitUntilNothingPends(of: neighbour)
      #expect(slow.mostUnderWay == 2)
      gate.open()
      try await domain.waitUntilNothingPends(of: stream)
    }
    #expect(receiver.pushes.count == 1)
    #expect(domain.totals(of: stream).delivered == 7)
  }

  @Test("P11 a large delivery that is ready keeps others from being read")
  func readAhead() throws {
    var queue = StreamQueue(window: 4)
    _ = queue.beginsReading()
    queue.endReading(
      DuePage(
        deliveries: [try delivery(1, bytes: StreamQueue.readAheadBytes)], isFull: true, nextDue: nil))
    var begins = queue.beginsReading()
    #expect(!begins)
    _ = queue.start(at: .testing)
    begins = queue.beginsReading()
    #expect(begins)
  }

  @Test("P11 what there is no memory for waits, and lets others of its stream pass")
  func waiting() throws {
    var queue = StreamQueue(window: 4)
    _ = queue.beginsReading()
    queue.endReading(
      DuePage(
        deliveries: [try delivery(1, bytes: 1000), try delivery(2, bytes: 10)], isFull: false, nextDue: nil))
    let first = queue.start(largest: 100, at: .testing)
    #expect(first?.sequence == 2)
    let second = queue.start(largest: 100, at: .testing)
    #expect(second == nil)
    #expect(queue.isStarved(of: 10, largest: 100))
    #expect(!queue.isStarved(of: 10, largest: 1000))
    let third = queue.start(largest: 1000, at: .testing)
    #expect(third?.sequence == 1)
  }
}

extension TestDomain {
  /// Accepts an event of which the budget holds four.
  fileprivate func emitLarge(about address: String) async throws {
    let text = String(repeating: "x", count: 700_000)
    let event = try EventSubmission([
      "type": "session-revoked", "subject": ["format": "email", "email": .string(address)],
      "members": ["text": .string(text)],
    ])
    _ = try await intake.accept([event])
  }
}
