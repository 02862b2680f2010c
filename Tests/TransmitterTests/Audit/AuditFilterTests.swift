import JSON
import TestSupport
import Testing

@testable import Transmitter

@Suite struct AuditFilterTests {
  /// Ten entries, a second apart: those with odd numbers by `a`, and those up to 5 about `x`.
  private func domain() async throws -> TestDomain {
    let domain = try await TestDomain.withEmptyLog()
    for number in 1...10 {
      let actor = AuditActor(
        client: number.isMultiple(of: 2) ? "b" : "a", address: "192.0.2.1",
        requestID: RequestID(run: 0, number: UInt64(number)))
      let now = domain.clock.now
      try await AuditActor.$current.withValue(actor) {
        try await domain.store.transaction {
          try $0.record("test.note", AuditTarget("test", number <= 5 ? "x" : "y"), at: now)
        }
      }
      domain.clock.advance(by: .seconds(1))
    }
    return domain
  }

  private func numbers(_ domain: TestDomain, _ filter: AuditFilter) async throws -> [Int64] {
    try await domain.audited(filter).compactMap { $0["seq"]?.integerValue }
  }

  @Test("entries are found by actor, by target, by time, and by all of them")
  func conditions() async throws {
    let domain = try await domain()
    let start = domain.clock.now - .seconds(10)
    #expect(try await numbers(domain, AuditFilter()) == Array(1...10))
    #expect(try await numbers(domain, AuditFilter(actor: "client/a")) == [1, 3, 5, 7, 9])
    #expect(try await numbers(domain, AuditFilter(target: "test/y")) == [6, 7, 8, 9, 10])
    #expect(try await numbers(domain, AuditFilter(actor: "client/a", target: "test/y")) == [7, 9])
    #expect(try await numbers(domain, AuditFilter(actor: "a")) == [])
    #expect(try await numbers(domain, AuditFilter(since: start + .seconds(7))) == [8, 9, 10])
    #expect(try await numbers(domain, AuditFilter(until: start + .seconds(2))) == [1, 2])
    let middle = AuditFilter(actor: "client/b", since: start + .seconds(2), until: start + .seconds(6))
    #expect(try await numbers(domain, middle) == [4, 6])
  }

  @Test("pages follow each other without gap or overlap", arguments: [1, 3, 10, 11])
  func pages(size: Int) async throws {
    let domain = try await domain()
    let both = AuditFilter(actor: "client/a", target: "test/x")
    for filter in [AuditFilter(), AuditFilter(actor: "client/a"), both] {
      let all = try await numbers(domain, filter)
      var filter = filter
      var seen: [Int64] = []
      repeat {
        let page = try await AuditLog(store: domain.store).entries(filter, atMost: size)
        seen += page.entries.map(\.link.sequence)
        filter.before = page.next
      } while filter.before != nil
      #expect(seen.reversed() == all)
    }
  }

  @Test("who asks for more than a page holds gets one, and the rest behind it")
  func longPage() async throws {
    let domain = try await TestDomain.withEmptyLog()
    let now = domain.clock.now
    try await domain.store.transaction { transaction in
      for number in 1...501 { try transaction.record("test.note", AuditTarget("test", "\(number)"), at: now) }
    }
    let log = AuditLog(store: domain.store)
    let page = try await log.entries(AuditFilter(), atMost: 1000)
    #expect(page.entries.count == 500)
    #expect(page.next == 2)
    let rest = try await log.entries(AuditFilter(before: page.next), atMost: 1000)
    #expect(rest.entries.map(\.link.sequence) == [1])
    #expect(rest.next == nil)
  }
}
