package import JSON
import SQLite

extension Transaction {
  /// Writes a change into the audit log, in this same transaction: what cannot be written there does not happen.
  ///
  /// Secrets must not be among the members; `JSONValue.masked` stands for them. Members that are the same in both are
  /// left out, and where that is all of them nothing is written: nothing has changed.
  ///
  /// - Parameters:
  ///   - before: what was; nil for what was not there.
  ///   - after: what is; nil for what is no longer there.
  /// - Throws: `AuditError`.
  package func record(
    _ action: AuditAction, _ target: AuditTarget, before: JSONObject? = nil, after: JSONObject? = nil,
    at now: Timestamp
  ) throws {
    let change = AuditChange(before: before, after: after)
    guard !change.isNone else { return }
    try actor.allowance?.take(for: actor.name)
    do {
      let head = try database.auditChain().head
      try database.append(AuditEntry(action, target, by: actor, change, at: now, after: head))
    } catch  where !StoreError(error).isOfDatabase {
      throw AuditError.cannotRecord(because: "\(error)")
    }
  }
}

/// Why a change was refused.
package enum AuditError: Error, CustomStringConvertible {
  case cannotRecord(because: String)
  case tooManyChanges(retryAfter: Duration)

  package var description: String {
    switch self {
    case .cannotRecord(let cause):
      "the change could not be written to the audit log, and so was not made: \(cause)"
    case .tooManyChanges(let wait):
      "this client has changed as much as it may in a day (limits.changes_per_day); "
        + "try again in \(wait.secondsRoundedUp) s"
    }
  }
}
