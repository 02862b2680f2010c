import HTTP
import SQLite
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

@Suite(.timeLimit(.minutes(2))) struct StreamFiguresTests {
  private let domain: TestDomain

  init() async throws {
    domain = try await TestDomain()
  }

  private func figures(of stream: Stream, in domain: TestDomain? = nil) throws -> StreamFigures {
    try #require((domain ?? self.domain).registry.figures().first { $0.streamID == stream.id })
  }

  @Test("the age of the oldest that waits follows the queue, in memory and after a restart")
  func oldestPending() async throws {
    let stream = try await domain.makePolledStream(events: [.sessionRevoked])
    #expect(try figures(of: stream).oldestPending == nil)
    let first = try await domain.emit("a@example.com").tokenIDs(for: stream)
    domain.clock.advance(by: .seconds(10))
    let second = try await domain.emit("b@example.com").tokenIDs(for: stream)
    #expect(try figures(of: stream).oldestPending == .seconds(10))
    let desk = try await domain.makeDesk()
    _ = try await desk.look(at: stream, acknowledging: first)
    domain.clock.advance(by: .seconds(5))
    #expect(try figures(of: stream).oldestPending == .seconds(5))
    let again = try await domain.reopened()
    #expect(try figures(of: stream, in: again).oldestPending == .seconds(5))
    #expect(try figures(of: stream, in: again).totals.queued == 1)
    _ = try await again.makeDesk().look(at: stream, acknowledging: second)
    #expect(try figures(of: stream, in: again).oldestPending == nil)
  }

  @Test("P3 what waits is counted for itself, so that a lost row is told")
  func unaccounted() async throws {
    let stream = try await domain.makeStream(events: [.sessionRevoked])
    try await domain.emit("a@example.com", "b@example.com")
    #expect(try figures(of: stream).totals.unaccounted == 0)
    try await domain.store.transaction { try $0.database.execute("DELETE FROM delivery WHERE seq = 1") }
    let again = try await domain.reopened()
    #expect(try figures(of: stream, in: again).totals.unaccounted == 1)
  }

  @Test("errors that receivers make up are counted as one, also those named as codes of ours are")
  func receiversCodes() throws {
    var figures = AttemptFigures()
    let delivery = try PendingDelivery.testing(1)
    let errors = ["http_202", "connect_refused", "receiver_error", "made_up", "invalid_request", "two words"]
    for error in errors {
      let body = Array(#"{"err":"\#(error)"}"#.utf8)
      let result = AttemptResult(status: .badRequest, fields: [:], body: body, now: domain.clock.now)
      figures.note(result, of: delivery, at: domain.clock.now)
    }
    #expect(figures.counts == ["receiver_error": 4, "invalid_request": 1, "http_400": 1])
  }
}
