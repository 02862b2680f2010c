import TestSupport
import Testing

@testable import SQLite
@testable import Transmitter

@Suite struct EnvironmentRepetitionTests {
  private static let locked = SQLiteError(.busy, "locked")

  @Test(
    "F3 F5 work that the store fails for a time is done again soon, and goes on",
    arguments: [StoreError.full, .busy(locked)])
  func passingFault(_ fault: StoreError) async throws {
    let clock = TestClock()
    let start = clock.now
    let done = Shared<[Duration]>([])
    let working = Task {
      try await Environment.testing(clock: clock).repeatedly {
        done.withLock { $0.append(clock.now.since(start)) }
        if done.value.count == 1 { throw fault }
        return .seconds(60)
      }
    }
    for _ in 1...2 { try await clock.advanceToNextWaking() }
    try await eventually("it was done three times") { done.value.count == 3 }
    working.cancel()
    try await working.value
    #expect(done.value == [.zero, .seconds(10), .seconds(70)])
  }

  @Test("any other fault ends it")
  func otherFault() async throws {
    await #expect(throws: StoreError.self) {
      try await Environment.testing(clock: TestClock()).repeatedly { throw StoreError.closed }
    }
  }
}
