package import SQLite

extension Store {
  /// The most rows that one statement looks at, or one transaction changes, where there may be many: as long as that
  /// takes, all others wait.
  package static let pageRows = 500
}

/// An open transaction, lent to a closure on the store's queue.
///
/// Beside the database it collects what must happen together with the commit: changes of the totals, and
/// changes of what is mirrored in memory.
package final class Transaction {
  package let database: Database
  /// Who asked for it.
  package let actor: AuditActor
  private(set) var deltas: [TotalsDelta] = []
  private(set) var mirrorChanges: [@Sendable () -> Void] = []

  init(_ database: Database, by actor: AuditActor) {
    self.database = database
    self.actor = actor
  }

  var changesMirror: Bool { !mirrorChanges.isEmpty }

  /// Adds `count` to one total of a stream, in this same transaction.
  package func count(_ total: TotalsDelta.Total, _ count: Int64 = 1, of stream: Int64) {
    deltas.append(TotalsDelta(stream: stream, total: total, count: count))
  }

  /// Has `change` run after the commit and before any later transaction.
  package func afterCommit(_ change: @escaping @Sendable () -> Void) {
    mirrorChanges.append(change)
  }

  /// Undoes what was collected, when the writes are undone.
  func forget() {
    deltas = []
    mirrorChanges = []
  }
}
