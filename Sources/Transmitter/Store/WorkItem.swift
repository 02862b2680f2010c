import SQLite

/// One caller's transaction, waiting for its turn.
struct WorkItem: Sendable {
  private let body: @Sendable (Transaction) -> FinishedItem
  private let actor: AuditActor
  /// Whether it goes on while the disk is full.
  let mayUseBallast: Bool
  let fail: @Sendable (any Error) -> Void

  init<Value: Sendable>(
    _ body: @escaping @Sendable (Transaction) throws -> Value, by actor: AuditActor,
    mayUseBallast: Bool, _ continuation: CheckedContinuation<Value, any Error>
  ) {
    self.actor = actor
    self.mayUseBallast = mayUseBallast
    fail = { continuation.resume(throwing: $0) }
    self.body = { transaction in
      do {
        let value = try transaction.database.savepoint { try body(transaction) }
        return FinishedItem(transaction: transaction, failure: nil) { continuation.resume(returning: value) }
      } catch {
        transaction.forget()
        return FinishedItem(transaction: transaction, failure: error) { continuation.resume(throwing: error) }
      }
    }
  }

  /// Runs the body inside the transaction that is open. Its caller hears nothing before the commit.
  func run(on database: Database) -> FinishedItem {
    body(Transaction(database, by: actor))
  }
}

/// A transaction that has run and now waits for the commit it shares.
struct FinishedItem {
  let transaction: Transaction
  let failure: (any Error)?
  let resume: () -> Void

  /// Brings the committed changes into the mirrors.
  func publish(in ledger: TotalsLedger) {
    ledger.apply(transaction.deltas)
    for change in transaction.mirrorChanges { change() }
  }
}
