import JSON
import SharedSignals
import Testing

@testable import Transmitter

@Suite struct LargeDeliveriesTests {
  private func delivery(_ sequence: Int64, bytes: Int) throws -> PendingDelivery {
    let small = try PendingDelivery.testing(sequence)
    return PendingDelivery(
      sequence: sequence, stream: 1, orderKey: small.orderKey, accepted: small.accepted,
      history: DeliveryHistory(),
      token: StoredSecurityEventToken(
        small.token.envelope, subject: "", members: String(repeating: "x", count: bytes)),
      isFarewell: false, profile: .ssf10)
  }

  @Test("P11 large deliveries share a budget; a first may be of any size, and small ones never wait for it")
  func budget() throws {
    var large = LargeDeliveries()
    #expect(large.room == .max)
    large.begin(try delivery(1, bytes: LargeDeliveries.budget - 1_000_000))
    #expect(large.room == 1_000_000)
    large.begin(try delivery(2, bytes: 1_000_000))
    #expect(large.room == LargeDeliveries.threshold)
    large.end(1)
    #expect(large.room == LargeDeliveries.budget - 1_000_000)
    large.end(2)
    #expect(large.room == .max)
  }

  @Test("small deliveries are not counted")
  func small() throws {
    var large = LargeDeliveries()
    large.begin(try delivery(1, bytes: LargeDeliveries.threshold))
    #expect(large.room == .max)
    large.end(1)
    #expect(large.room == .max)
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
