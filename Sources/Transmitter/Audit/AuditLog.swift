/// The audit log, for whoever reads it: every change, who made it, and the chain that proves it complete.
package struct AuditLog: Sendable {
  private let store: Store

  package init(store: Store) {
    self.store = store
  }

  /// A page of the log, newest first.
  package struct Page: Sendable {
    package let entries: [AuditEntry]
    /// Names the entry that the next page goes on behind; nil if there is nothing more.
    package let next: Int64?
  }

  /// The newest entries that the filter lets pass. There may be fewer than `limit` of them although more follow.
  ///
  /// - Parameter limit: at least 1; more than 500 are no more than 500.
  package func entries(_ filter: AuditFilter, atMost limit: Int) async throws -> Page {
    let limit = min(limit, Store.pageRows)
    let examined = try await store.read { try $0.auditEntries(filter, atMost: limit) }
    let entries = examined.filter { filter.actor == nil || $0.keys.actor == filter.actor }
    return Page(entries: entries, next: examined.count < limit ? nil : examined.last?.link.sequence)
  }

  /// Walks the whole log, page by page, others' work going first between two.
  ///
  /// - Parameter noted: a place in the chain that was noted earlier and elsewhere.
  package func verify(against noted: AuditLink? = nil) async throws -> AuditVerification {
    let chain = try await store.read { try $0.auditChain() }
    var verification = AuditVerification(of: chain, against: noted)
    while let position = verification.position {
      let (entries, chain) = try await store.read { database in
        (try database.auditEntries(after: position, atMost: Store.pageRows), try database.auditChain())
      }
      verification.check(entries, of: chain)
    }
    return verification
  }
}

/// Which entries are asked for. Nil stands for no condition.
package struct AuditFilter: Sendable {
  /// Exactly as entries name them, such as `client/my-app`.
  package var actor: String?
  package var target: String?
  /// From this time on.
  package var since: Timestamp?
  /// Before this time.
  package var until: Timestamp?
  /// Only what comes behind this entry in a list that is newest first.
  package var before: Int64?

  package init(
    actor: String? = nil, target: String? = nil, since: Timestamp? = nil, until: Timestamp? = nil,
    before: Int64? = nil
  ) {
    self.actor = actor
    self.target = target
    self.since = since
    self.until = until
    self.before = before
  }
}
