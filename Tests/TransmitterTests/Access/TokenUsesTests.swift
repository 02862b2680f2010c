import SQLite
import TestSupport
import Testing

@testable import Transmitter

@Suite struct TokenUsesTests {
  private let domain: TestDomain
  private let token: AccessDirectory.IssuedToken

  init() async throws {
    domain = try await TestDomain()
    try await domain.makeClient()
    token = try await domain.access.createToken(for: "receiver", scopes: nil, lifetime: .seconds(3600))
  }

  private func use() -> Principal? { domain.access.principal(presenting: token.text) }

  private var commits: Int { domain.store.commitFigures.seconds.counts.reduce(0, +) }

  /// What the database says.
  private func written() async throws -> Timestamp? {
    try await domain.store.read { database in
      let time = try database.first("SELECT last_used_ms FROM token WHERE id = ?", token.token.id) { row in
        try row.optionalInt64(0)
      }
      return time.flatMap { $0 }.map(Timestamp.init(milliseconds:))
    }
  }

  /// Has uses be written while `body` runs.
  private func writing(_ body: () async throws -> Void) async throws {
    try await running(domain.access.uses.run, until: domain.access.uses.stop, body)
  }

  /// Waits until this time is written, and the writer sleeps.
  private func settled(at time: Timestamp) async throws {
    try await eventually("the use is written") {
      let written = try await written()
      return written == time && domain.clock.sleeperCount == 1
    }
  }

  @Test("a use is known at once, and after a restart")
  func restart() async throws {
    let time = domain.clock.now
    try await writing { #expect(use() != nil) }
    domain.clock.advance(by: .seconds(10))
    #expect(domain.access.tokens().first { $0.id == token.token.id }?.lastUsed == time)
    let reopened = try await domain.reopened()
    #expect(reopened.access.tokens().first { $0.id == token.token.id }?.lastUsed == time)
  }

  @Test("however often a token is used, it is written once a minute")
  func economy() async throws {
    let start = domain.clock.now
    try await writing {
      #expect(use() != nil)
      try await settled(at: start)
      let before = commits
      for _ in 1...1000 {
        domain.clock.advance(by: .milliseconds(10))
        #expect(use() != nil)
      }
      #expect(try await written() == start)
      domain.clock.advance(by: .seconds(50))
      try await settled(at: start + .seconds(10))
      #expect(commits == before + 1)
    }
  }

  @Test("what opens nothing is no use: another's secret, a revoked token, an expired one")
  func failures() async throws {
    try await writing {
      let other = TokenText(.accessToken, environment: domain.environment)
      #expect(domain.access.principal(presenting: other.text) == nil)
      domain.clock.advance(by: .seconds(3600))
      #expect(use() == nil)
    }
    #expect(try await written() == nil)
    #expect(domain.access.tokens().allSatisfy { $0.lastUsed == nil })
  }

  @Test("a full disk only delays it")
  func fullDisk() async throws {
    try await domain.fillDisk(atChangesOf: "token")
    let time = domain.clock.now
    try await writing {
      #expect(use() != nil)
      try await eventually("the writer sleeps") { domain.clock.sleeperCount == 1 }
      #expect(try await written() == nil)
      try await domain.freeDisk()
      domain.clock.advance(by: .seconds(60))
      try await settled(at: time)
    }
  }
}
