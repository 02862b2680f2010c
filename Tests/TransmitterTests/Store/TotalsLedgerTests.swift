import TestSupport
import Testing

@testable import Transmitter

@Suite struct TotalsLedgerTests {
  private let directory: TemporaryDirectory
  private let store: Store

  init() throws {
    directory = try TemporaryDirectory()
    store = try Store(path: directory.file("store.sqlite"))
  }

  private func stored() async throws -> [Int64: StreamTotals] {
    try await store.read { try $0.loadTotals() }
  }

  @Test("pending is what was accepted and has not left by any of the four ways")
  func pending() {
    var totals = StreamTotals()
    for (total, count) in [(.accepted, 100), (.delivered, 1), (.dead, 2), (.expired, 3), (.dropped, 4)]
      as [(TotalsDelta.Total, Int64)]
    {
      totals.add(count, to: total)
    }
    #expect(totals.pending == 90)
    #expect(totals.accepted == 100)
  }

  @Test("totals in memory are those in the database, over many concurrent changes of many streams")
  func mirror() async throws {
    try await store.transaction { transaction in
      for number: Int64 in 0..<7 { try transaction.insertStream(number) }
    }
    let ways: [TotalsDelta.Total] = [.accepted, .delivered, .dead, .expired, .dropped]
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<200 {
        group.addTask { [store] in
          try await store.transaction { transaction in
            transaction.count(ways[number % 5], Int64(number), of: Int64(number % 7))
          }
        }
      }
      try await group.waitForAll()
    }
    let stored = try await stored()
    #expect(stored.count == 7)
    for (stream, totals) in stored { #expect(store.ledger.totals(of: stream) == totals) }
    #expect(stored.values.reduce(0) { $0 + $1.accepted } == (0..<200).filter { $0 % 5 == 0 }.reduce(0, +))
  }

  @Test("a stream that nothing was counted for has totals of zero")
  func unknownStream() {
    #expect(store.ledger.totals(of: 77) == StreamTotals())
  }
}
