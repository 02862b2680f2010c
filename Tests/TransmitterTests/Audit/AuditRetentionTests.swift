import JSON
import TestSupport
import Testing

@testable import Transmitter

@Suite struct AuditRetentionTests {
  private static let week = Duration.seconds(7 * 86_400)
  private static let day = Duration.seconds(86_400)

  /// Runs a retention while `body` does.
  private func retaining(
    _ time: Duration?, in domain: TestDomain, _ body: () async throws -> Void
  ) async throws {
    let retention = AuditRetention(store: domain.store, time: time, environment: domain.environment)
    try await running(retention.run, until: retention.stop, body)
  }

  private func numbers(_ domain: TestDomain) async throws -> [Int64] {
    try await domain.audited().compactMap { $0["seq"]?.integerValue }
  }

  @Test("entries that are old enough go, the log says so, and what is left is whole")
  func pruning() async throws {
    let domain = try await TestDomain.withEmptyLog()
    try await domain.makeClients(3)
    let noted = try await domain.verifyAudit().head
    domain.clock.advance(by: Self.day * 4)
    try await domain.makeClient("late")
    try await retaining(Self.week, in: domain) {
      try await eventually("it sleeps") { domain.clock.sleeperCount == 1 }
      #expect(try await numbers(domain) == [1, 2, 3, 4])
      domain.clock.advance(by: Self.day * 4)
      try await eventually("it sleeps again") { domain.clock.sleeperCount == 1 }
    }
    #expect(try await numbers(domain) == [4, 5])
    let last = try #require(try await domain.audited().last)
    #expect(last.act == "transmitter audit.prune audit/3")
    #expect(last["before"] == ["first": 1, "last": 3, "last_hash": .string(noted.hexadecimal)])
    let verification = try await domain.verifyAudit(against: noted)
    #expect(verification.isValid)
    #expect(verification.begin == noted)
    #expect(verification.count == 2)
  }

  @Test("a head that was noted before what is kept cannot be compared, and that is told")
  func notedIsGone() async throws {
    let domain = try await TestDomain.withEmptyLog()
    try await domain.makeClients(1)
    let noted = try await domain.verifyAudit().head
    try await domain.makeClient("other")
    domain.clock.advance(by: Self.day * 8)
    try await retaining(Self.week, in: domain) {
      try await eventually("it sleeps") { domain.clock.sleeperCount == 1 }
    }
    let verification = try await domain.verifyAudit(against: noted)
    #expect(verification.faults.map(\.name) == ["noted_is_pruned"])
  }

  @Test("many entries go in slices")
  func slices() async throws {
    let domain = try await TestDomain.withEmptyLog()
    let now = domain.clock.now
    try await domain.store.transaction { transaction in
      for number in 1...1200 {
        try transaction.record("test.note", AuditTarget("test", "\(number)"), at: now)
      }
    }
    domain.clock.advance(by: Self.day * 9)
    try await retaining(Self.week, in: domain) {
      try await eventually("it sleeps") { domain.clock.sleeperCount == 1 }
    }
    #expect(try await domain.audited().map { $0["before"]?["last"] } == [500, 1000, 1200])
    #expect(try await domain.verifyAudit().isValid)
  }

  @Test("F5 a database that is locked delays it, and ends nothing")
  func lockedDatabase() async throws {
    let domain = try await TestDomain.withEmptyLog()
    try await domain.makeClients(2)
    domain.clock.advance(by: Self.day * 9)
    let lock = try await DatabaseLock(of: domain)
    try await retaining(Self.week, in: domain) {
      try await eventually("it waits for the lock") { domain.clock.sleeperCount == 1 }
      try lock.release()
      #expect(try await numbers(domain) == [1, 2])
      try await domain.clock.advanceToNextWaking()
      try await eventually("it sleeps again") { domain.clock.sleeperCount == 1 }
    }
    #expect(try await numbers(domain) == [3])
  }

  @Test("without a time everything is kept, and nobody watches")
  func keeping() async throws {
    let domain = try await TestDomain.withEmptyLog()
    try await domain.makeClients(1)
    domain.clock.advance(by: Self.day * 10_000)
    try await AuditRetention(store: domain.store, time: nil, environment: domain.environment).run()
    #expect(try await numbers(domain) == [1])
  }
}
