/// What kind of change an entry of the audit log tells of: a noun and a verb, stable, for programs.
package struct AuditAction: Hashable, Sendable, ExpressibleByStringLiteral {
  let name: String

  package init(stringLiteral name: String) {
    self.name = name
  }

  static let streamCreated: AuditAction = "stream.create"
  static let streamUpdated: AuditAction = "stream.update"
  static let streamDeleted: AuditAction = "stream.delete"
  static let verificationRequested: AuditAction = "stream.verify"
  static let subjectAdded: AuditAction = "subject.add"
  static let subjectRemoved: AuditAction = "subject.remove"
  static let clientCreated: AuditAction = "client.create"
  static let clientUpdated: AuditAction = "client.update"
  static let clientDeleted: AuditAction = "client.delete"
  static let tokenCreated: AuditAction = "token.create"
  static let tokenRevoked: AuditAction = "token.revoke"
  static let tokenDeleted: AuditAction = "token.delete"
  static let secretCreated: AuditAction = "secret.create"
  static let secretDeleted: AuditAction = "secret.delete"
  static let keyCreated: AuditAction = "key.create"
  static let keyUpdated: AuditAction = "key.update"
  static let keyDeleted: AuditAction = "key.delete"
  static let deliveriesReplayed: AuditAction = "delivery.replay"
  static let deliveriesDiscarded: AuditAction = "delivery.discard"
  static let backupTaken: AuditAction = "backup.create"
  static let backupRestored: AuditAction = "backup.restore"
  static let auditPruned: AuditAction = "audit.prune"
}

/// What was changed, as the audit log names it: its kind and its id.
package struct AuditTarget: Hashable, Sendable {
  let name: String

  /// - Parameter kind: a word without `/`.
  package init(_ kind: String, _ id: String) {
    name = "\(kind)/\(id)"
  }

  static func stream(_ id: String) -> AuditTarget { AuditTarget("stream", id) }
  static func client(_ id: String) -> AuditTarget { AuditTarget("client", id) }
  static func token(_ id: String) -> AuditTarget { AuditTarget("token", id) }
  static func secret(_ id: String) -> AuditTarget { AuditTarget("secret", id) }
  static func key(_ id: String) -> AuditTarget { AuditTarget("key", id) }
}
