/// How much a client may add to the audit log. The log is kept for ever unless it is said otherwise, and nothing that
/// receivers do may let it fill the disk that all share.
///
/// What counts is the entry: a call that changes nothing costs nothing.
package struct AuditAllowance: Sendable {
  private let buckets: BucketTable<String>
  private let now: Duration

  /// - Parameters:
  ///   - buckets: by actor.
  ///   - now: an uptime.
  package init(from buckets: BucketTable<String>, at now: Duration) {
    self.buckets = buckets
    self.now = now
  }

  /// Takes room for one entry.
  ///
  /// - Throws: `AuditError.tooManyChanges`.
  func take(for actor: String) throws(AuditError) {
    if let wait = buckets.take(actor, at: now).wait { throw .tooManyChanges(retryAfter: wait) }
  }
}
