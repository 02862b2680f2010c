/// A condition that did not come true in time.
package struct ConditionNotMet: Error, CustomStringConvertible {
  package let description: String

  package init(description: String) {
    self.description = description
  }
}

/// Waits until `condition` holds.
///
/// - Parameters:
///   - what: the condition in words, for the failure.
///   - limit: of real time; generous, since it is waited for only when the test fails.
/// - Throws: `ConditionNotMet` after the limit, or what `condition` throws.
package func eventually(
  _ what: String, within limit: Duration = .seconds(30), _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + limit
  while try await !condition() {
    guard ContinuousClock.now < deadline else {
      throw ConditionNotMet(description: "after \(limit) it is still not true that \(what)")
    }
    try await Task.sleep(for: .milliseconds(2))
  }
}
