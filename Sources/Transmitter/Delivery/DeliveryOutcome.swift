import SQLite

/// The verdict on one attempt, on its way to the store.
struct DeliveryOutcome: Sendable {
  let key: DeliveryKey
  let result: AttemptResult
  let verdict: DeliveryStateMachine.Verdict

  /// Writes the verdict, and counts what left the queue.
  func apply(in transaction: Transaction, at now: Timestamp) throws {
    switch verdict {
    case .delivered: try settle(as: .delivered, in: transaction, at: now)
    case .dead: try settle(as: .dead, in: transaction, at: now)
    case .expired: try settle(as: .expired, in: transaction, at: now)
    case .retry(let due, let aside, let isCharged):
      try transaction.database.postpone(key, to: due, aside: aside, isCharged: isCharged, result)
    }
    if case .deferred(let wait) = result.kind {
      try transaction.database.keepQuiet(key.stream, until: now + wait)
    }
    try transaction.database.note(result, of: key, at: now)
  }

  private func settle(as state: SettledState, in transaction: Transaction, at now: Timestamp) throws {
    guard try transaction.database.settle(key, as: state, result, at: now) else { return }
    transaction.count(state.total, of: key.stream)
  }
}
