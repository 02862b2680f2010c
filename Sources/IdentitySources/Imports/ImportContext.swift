import SQLite
import Transmitter

/// What every import works with.
struct ImportContext: Sendable {
  let store: Store
  let rules: RuleBook
  let intake: Intake
  let policy: IdentitySourcePolicy
  let environment: Environment
  let meter: ImportMeter
  let bell: ImportBell

  /// Reads a slice.
  ///
  /// - Throws: `StoreError.closed` when the work is to end.
  func read<Value: Sendable>(_ body: @Sendable (Database) throws -> Value) async throws -> Value {
    if bell.isClosed { throw StoreError.closed }
    return try await store.read(body)
  }

  /// Writes a slice; throws as `read` does.
  func transaction<Value: Sendable>(
    _ body: @escaping @Sendable (Transaction) throws -> Value
  ) async throws -> Value {
    if bell.isClosed { throw StoreError.closed }
    return try await store.transaction(body)
  }
}
