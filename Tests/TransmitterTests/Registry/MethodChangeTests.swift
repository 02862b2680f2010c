import HTTP
import SQLite
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

/// A stream that goes from push to poll or back: what is queued goes where the stream goes.
@Suite(.timeLimit(.minutes(2))) struct MethodChangeTests {
  private let domain: TestDomain

  init() async throws {
    domain = try await TestDomain()
  }

  private func change(_ stream: Stream, to delivery: StreamDelivery) async throws -> Stream {
    try await domain.registry.update(stream.id, of: TestDomain.owner) { $0.settings.delivery = delivery }
  }

  @Test("IMPL 6 from push to poll: the queue is polled, what waited for a retry too, and nothing is pushed")
  func pushToPoll() async throws {
    let receiver = try LoopbackReceiver { _ in Response(status: .serviceUnavailable) }
    let stream = try await domain.makeStream(receiver.url(), authorization: "Bearer secret")
    let ids = try await domain.emit("a@example.com", "a@example.com", "b@example.com").tokenIDs(for: stream)
    try await domain.delivering { try await receiver.waitForPushes(2) }
    let changed = try await change(stream, to: .poll(DeliveryMethodURI(.poll)))
    #expect(changed.audience == stream.audience)
    let pushes = receiver.pushes.count
    let desk = try await domain.makeDesk()
    try await domain.delivering {
      domain.clock.advance(by: .seconds(3600))
      let offered = try await desk.look(at: stream)
      #expect(offered.tokenIDs == ids)
      let rest = try await desk.look(at: stream, acknowledging: offered.tokenIDs)
      #expect(rest.tokens.isEmpty)
    }
    #expect(receiver.pushes.count == pushes)
    #expect(domain.totals(of: stream).delivered == 3)
    try await domain.expectBalance(of: stream)
  }

  @Test("IMPL 6 from poll to push: the queue is pushed in order, what had been offered too")
  func pollToPush() async throws {
    let stream = try await domain.makePolledStream()
    let addresses = (0..<100).map { "\($0 % 4)@example.com" }
    let ids = try await domain.emit(addresses: addresses).tokenIDs(for: stream)
    let offered = try await domain.makeDesk().look(at: stream, acknowledging: [ids[1]])
    #expect(offered.tokens.count == 99)
    let receiver = try LoopbackReceiver()
    try await domain.delivering {
      _ = try await change(stream, to: .push(receiver.url()))
      try await domain.waitUntilNothingPends(of: stream)
    }
    let arrived = receiver.tokenIDs
    for user in 0..<4 {
      let expected = ids.enumerated().filter { $0.offset % 4 == user && $0.offset != 1 }.map(\.element)
      #expect(arrived.filter(expected.contains) == expected)
    }
    #expect(arrived.count == 99)
    try await domain.expectBalance(of: stream)
  }

  @Test("a stream that is polled keeps no authorization header of its former endpoint")
  func headerGoes() async throws {
    let stream = try await domain.makeStream(authorization: "Bearer secret")
    _ = try await change(stream, to: .poll(DeliveryMethodURI(.poll)))
    let sealed = try await domain.store.read { database in
      try database.query("SELECT authorization_header FROM stream") { try $0.optionalBytes(0) }
    }
    #expect(sealed == [nil])
    let reopened = try await domain.reopened()
    #expect(try reopened.registry.stream(stream.id, of: TestDomain.owner).settings.delivery.pushTarget == nil)
  }
}
