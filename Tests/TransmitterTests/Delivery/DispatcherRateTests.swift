import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

@Suite(.timeLimit(.minutes(2))) struct DispatcherRateTests {
  @Test("P7 a stream's rate holds, and other streams go at theirs")
  func rate() async throws {
    let domain = try await TestDomain()
    let receiver = try LoopbackReceiver()
    let stream = try await domain.makeStream(receiver.url("/slow"))
    let other = try await domain.makeStream(receiver.url("/fast"))
    _ = try await domain.registry.update(stream.id, of: .administrator) { $0.terms.rateLimit = 2 }
    try await domain.delivering {
      try await domain.emit(addresses: (0..<40).map { "\($0)@example.com" })
      try await domain.waitUntilNothingPends(of: other)
      try await domain.wait(for: stream, until: "the first is delivered") { $0.delivered == 1 }
      let start = domain.clock.now
      try await domain.advanceClock(until: "all are delivered") { domain.totals(of: stream).delivered == 40 }
      #expect(domain.clock.now.since(start) == .milliseconds(39 * 500))
      try await domain.expectBalance(of: stream)
    }
  }

  @Test("a rate that is lifted lets what waits go at once")
  func lifted() async throws {
    let domain = try await TestDomain()
    let receiver = try LoopbackReceiver()
    let stream = try await domain.makeStream(receiver.url())
    _ = try await domain.registry.update(stream.id, of: .administrator) { $0.terms.rateLimit = 1 }
    try await domain.delivering {
      try await domain.emit(addresses: (0..<40).map { "\($0)@example.com" })
      try await domain.wait(for: stream, until: "the first is delivered") { $0.delivered == 1 }
      _ = try await domain.registry.update(stream.id, of: .administrator) { $0.terms.rateLimit = nil }
      try await domain.waitUntilNothingPends(of: stream)
    }
  }
}
