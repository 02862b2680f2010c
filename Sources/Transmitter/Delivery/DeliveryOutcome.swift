import SQLite

/// The verdict on one attempt, on its way to the store.
struct DeliveryOutcome: Sendable {
  let key: DeliveryKey
  /// How the attempt was made; nil where none was.
  let route: PushRoute?
  let result: AttemptResult
  let verdict: DeliveryStateMachine.Verdict

  /// Writes the verdict, and counts what left the queue.
  ///
  /// - Parameter registry: tells, inside the transaction, which receiver the stream has now: a pause that a former one
  ///   asked for is not the new one's.
  func apply(in transaction: Transaction, _ registry: StreamRegistry, at now: Timestamp) throws {
    switch verdict {
    case .delivered: try transaction.settle(key, as: .delivered, result, at: now)
    case .dead: try transaction.settle(key, as: .dead, result, at: now)
    case .expired: try transaction.settle(key, as: .expired, result, at: now)
    case .retry(let due, let aside, let isCharged):
      try transaction.database.postpone(key, to: due, aside: aside, isCharged: isCharged, result)
    }
    if case .deferred(let wait) = result.kind, registry.stream(number: key.stream)?.route == route {
      try transaction.database.keepQuiet(key.stream, until: now + wait)
    }
    try transaction.database.note(result, of: key, at: now)
  }
}

extension Transaction {
  /// Takes a delivery out of the queue, and counts it. Answers false if it was out already.
  @discardableResult
  func settle(_ delivery: DeliveryKey, as state: SettledState, _ result: AttemptResult?, at now: Timestamp)
    throws -> Bool
  {
    guard try database.settle(delivery, as: state, result, at: now) else { return false }
    count(.queued, -1, of: delivery.stream)
    count(state.total, of: delivery.stream)
    return true
  }
}
