import SQLite
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

@Suite struct IdempotencyTests {
  private let domain: TestDomain
  private let stream: Stream

  init() async throws {
    domain = try await TestDomain()
    stream = try await domain.makeStream()
  }

  private func key(_ name: String = "key", of client: String = "producer", body: String = "body") throws
    -> IdempotencyKey
  {
    try IdempotencyKey(name, of: client, body: Array(body.utf8))
  }

  private func accept(_ key: IdempotencyKey?, by domain: TestDomain? = nil) async throws -> [AcceptedEvent] {
    try await (domain ?? self.domain).intake.accept(
      [.sessionRevoked("jane@example.com"), .sessionRevoked("joe@example.com")], idempotencyKey: key)
  }

  @Test("the same key with the same body gets the first receipt again, and nothing is queued twice")
  func repetition() async throws {
    let first = try await accept(key())
    #expect(first.count == 2 && first[0].deliveries.count == 1)
    #expect(try await accept(key()) == first)
    #expect(domain.totals(of: stream).accepted == 2)
  }

  @Test("repetitions at the same time all get the one receipt")
  func concurrentRepetition() async throws {
    let key = try key()
    let receipts = try await withThrowingTaskGroup(of: [AcceptedEvent].self) { group in
      for _ in 0..<20 { group.addTask { try await accept(key) } }
      return try await group.reduce(into: Set<[AcceptedEvent]>()) { $0.insert($1) }
    }
    #expect(receipts.count == 1)
    #expect(domain.totals(of: stream).accepted == 2)
  }

  @Test("the receipt outlives a restart")
  func restart() async throws {
    let first = try await accept(key())
    let reopened = try await domain.reopened()
    #expect(try await accept(key(), by: reopened) == first)
    #expect(reopened.registry.totals(of: stream).accepted == 2)
  }

  @Test("the same key with another body is refused, and keeps its first receipt")
  func otherBody() async throws {
    let first = try await accept(key())
    let other = try key(body: "other")
    let error = await #expect(throws: IntakeError.self) { try await accept(other) }
    guard case .keyReused? = error else { return #expect(Bool(false), "\(String(describing: error))") }
    #expect(try await accept(key()) == first)
    #expect(domain.totals(of: stream).accepted == 2)
  }

  @Test("another key, another client's same key, and no key are submissions of their own")
  func ownSubmissions() async throws {
    var ids: Set<Int64> = []
    for key in [try key(), try key("other"), try key(of: "other"), nil, nil] {
      ids.formUnion(try await accept(key).map(\.id))
    }
    #expect(ids.count == 10)
  }

  @Test("a key is good for 24 hours and then new, with any body")
  func lifetime() async throws {
    let first = try await accept(key())
    domain.clock.advance(by: .seconds(24 * 3600) - .milliseconds(1))
    #expect(try await accept(key()) == first)
    domain.clock.advance(by: .milliseconds(1))
    let second = try await accept(key(body: "other"))
    #expect(second != first)
    #expect(try await accept(key(body: "other")) == second)
  }

  @Test("old keys are forgotten as new ones come")
  func forgetting() async throws {
    for number in 0..<10 { _ = try await accept(key("old-\(number)")) }
    domain.clock.advance(by: .seconds(24 * 3600))
    for number in 0..<5 { _ = try await accept(key("new-\(number)")) }
    let kept = try await domain.store.read { database in
      try database.query("SELECT idempotency_key FROM submission ORDER BY 1") { try $0.text(0) }
    }
    #expect(kept == (0..<5).map { "new-\($0)" })
  }

  @Test("the first part of a submission has its key, the others have keys of their own")
  func parts() async throws {
    let key = try key()
    let first = try await accept(key.part(0))
    #expect(try await accept(key.part(1)) != first)
    #expect(try await accept(key.part(0)) == first)
    #expect(try await accept(key) == first)
  }

  @Test(
    "a key that is no header value of ours is refused",
    arguments: ["", "a b", "é", "a\n", String(repeating: "x", count: 256)])
  func malformedKey(name: String) throws {
    #expect(throws: IntakeError.self) { try key(name) }
  }
}
