import JSON

/// Takes entries out of the audit log that are older than they are to be kept. The log says so itself, and what is left
/// is still a chain, from the last that was taken out.
package final class AuditRetention: Sendable {
  /// Entries go a day's worth at a time: each time leaves an entry of its own.
  private static let delay = Duration.seconds(86_400)

  private let store: Store
  private let time: Duration?
  private let environment: Environment
  private let task = StoppableTask()

  /// - Parameter time: how long entries are kept at least; nil for ever.
  package init(store: Store, time: Duration?, environment: Environment) {
    self.store = store
    self.time = time
    self.environment = environment
  }

  /// Watches until `stop()`; returns at once where everything is kept.
  package func run() async throws {
    guard let time else { return }
    try await task.run { [self] in
      try await environment.repeatedly { try await prune(olderThan: time) }
    }
  }

  /// Ends the watch, also one that has not begun.
  package func stop() { task.stop() }

  /// Answers in what time there will be something to take out.
  private func prune(olderThan time: Duration) async throws -> Duration {
    while let oldest = try await store.read({ try $0.oldestAuditTime() }) {
      let wait = time + Self.delay - environment.now().since(oldest)
      if wait > .zero { return wait }
      try await store.transaction { [environment] transaction in
        let now = environment.now()
        try transaction.pruneAudit(before: now - time, atMost: Store.pageRows, at: now)
      }
    }
    return time
  }
}

extension Transaction {
  fileprivate func pruneAudit(before cutoff: Timestamp, atMost limit: Int, at now: Timestamp) throws {
    let begin = try database.auditChain().begin
    let oldest = try database.auditEntries(after: begin.sequence, atMost: limit)
    guard let last = oldest.prefix(while: { $0.keys.time < "\(cutoff)" }).last else { return }
    try database.deleteAudit(through: last.link)
    let taken: JSONObject = [
      "first": .integer(begin.sequence + 1), "last": .integer(last.link.sequence),
      "last_hash": .string(last.link.hexadecimal),
    ]
    try record(.auditPruned, AuditTarget("audit", "\(last.link.sequence)"), before: taken, at: now)
  }
}
