import JSON
import Transmitter

/// Single identities: read, and changed one at a time through the same difference and rules as an import.
package struct IdentityDesk: Sendable {
  private let store: Store
  private let rules: RuleBook
  private let intake: Intake
  private let meter: ImportMeter
  private let environment: Environment

  init(store: Store, rules: RuleBook, intake: Intake, meter: ImportMeter, environment: Environment) {
    self.store = store
    self.rules = rules
    self.intake = intake
    self.meter = meter
    self.environment = environment
  }

  /// What is to become of an identity.
  package enum Change: Sendable {
    /// It must not be there yet.
    case create(IdentityProfile)
    /// It must be there.
    case replace(IdentityProfile)
    /// It must be there; attributes that are not named stay.
    case merge(IdentityProfile)
    /// As `merge`, whether it is there or not; groups are all that it is in, nil to leave them.
    case upsert(IdentityProfile, groups: [String]?)
    /// It must be there.
    case delete
    /// Whether it is there or not.
    case ensureDeleted
  }

  /// What a change has led to.
  package struct Outcome: Sendable {
    /// The identity as it is now; nil if it is deleted.
    package let identity: StoredIdentity?
    /// Nil if nothing was different.
    package let change: IdentityChange?
    package let report: ImportReport
  }

  package func identity(_ externalID: String, of sourceID: String) async throws -> StoredIdentity {
    try await store.read { database in
      let source = try database.requireSource(sourceID)
      guard let identity = try database.identity(externalID, of: source.number) else {
        throw IdentitySourceError.noSuchIdentity(externalID)
      }
      return identity
    }
  }

  /// Makes one change; it is on disk with the events that tell of it when this returns.
  package func change(_ externalID: String, of sourceID: String, _ change: Change) async throws -> Outcome {
    let (outcome, aftermath) = try await store.transaction { [self] transaction in
      let source = try transaction.database.requireSource(sourceID)
      let isThere = try transaction.database.identity(externalID, of: source.number) != nil
      var planned = try change.planned(for: externalID, isThere: isThere)
      if case .upsert(_, let groups?) = change {
        planned.memberships = try transaction.setGroups(
          groups, of: externalID, in: source, at: environment.now())
      }
      return try make(planned, in: source, transaction)
    }
    intake.ring(for: aftermath.streams)
    meter.note(aftermath.tally)
    return outcome
  }

  private func make(_ planned: PlannedChange, in source: IdentitySource, _ transaction: Transaction) throws
    -> (Outcome, ChangeAnnouncement.Aftermath)
  {
    let now = environment.now()
    let database = transaction.database
    var announcement = ChangeAnnouncement(
      rules: rules.current, intake: intake, environment: environment, session: nil)
    var report = ImportReport()
    let resolution = ChangeResolution(
      database: database, source: source.number, sourceID: source.id, session: nil, time: now)
    let resolved = try resolution.resolve(planned)
    if let resolved {
      try database.apply(resolved, of: source.number, at: now)
      try transaction.record(resolved.change, at: now)
      report.add(resolved.change, try announcement.post(resolved.change, in: transaction))
    }
    let outcome = Outcome(
      identity: try database.identity(planned.externalID, of: source.number), change: resolved?.change,
      report: report)
    return (outcome, announcement.aftermath)
  }
}

extension IdentityDesk.Change {
  fileprivate func planned(for externalID: String, isThere: Bool) throws(IdentitySourceError) -> PlannedChange
  {
    switch self {
    case .create where isThere: throw .identityExists(externalID)
    case .replace where !isThere, .merge where !isThere, .delete where !isThere:
      throw .noSuchIdentity(externalID)
    case .create(let profile), .replace(let profile):
      PlannedChange(externalID: externalID, action: .replace, profile: profile.withoutNulls)
    case .merge(let profile), .upsert(let profile, _):
      PlannedChange(externalID: externalID, action: .merge, profile: profile)
    case .delete, .ensureDeleted:
      PlannedChange(externalID: externalID, action: .delete, profile: .empty)
    }
  }
}

extension Transaction {
  /// Who an identity is stays out of the log: it is there by the digest of its id, its attributes by their names.
  fileprivate func record(_ change: IdentityChange, at now: Timestamp) throws {
    let after: JSONObject = [
      "identity": .digest(of: change.externalID),
      "attributes": .array(change.attributes.map { .string($0.attribute) }),
      "groups_gained": .integer(Int64(change.groupsGained.count)),
      "groups_lost": .integer(Int64(change.groupsLost.count)),
    ]
    try record(change.kind.auditAction, AuditTarget("source", change.source), after: after, at: now)
  }

  /// The memberships that make `groups` all that an identity is in. Groups that are not there yet are made.
  fileprivate func setGroups(
    _ groups: [String], of externalID: String, in source: IdentitySource, at now: Timestamp
  ) throws -> [PlannedChange.Membership] {
    for group in groups where try !database.hasGroup(group, of: source.number) {
      try database.upsertGroup(group, IdentityProfile.empty.bytes, of: source.number, at: now)
    }
    let before = try database.groups(ofIdentity: externalID, of: source.number)
    return PlannedChange.Membership.from(before.map(\.externalID), to: groups)
  }
}

extension IdentityChange.Kind {
  fileprivate var auditAction: AuditAction {
    switch self {
    case .created: "identity.create"
    case .updated: "identity.update"
    case .deleted: "identity.delete"
    }
  }
}

extension PlannedChange.Membership {
  /// What leads from one list of groups to another.
  static func from(_ before: [String], to after: [String]) -> [PlannedChange.Membership] {
    let (old, new) = (Set(before.map(GroupID.init)), Set(after.map(GroupID.init)))
    return old.subtracting(new).map { PlannedChange.Membership(groupID: $0.text, isMember: false) }
      + new.subtracting(old).map { PlannedChange.Membership(groupID: $0.text, isMember: true) }
  }
}

/// An id that is compared byte by byte, as the database does.
private struct GroupID: Hashable {
  let text: String

  static func == (left: GroupID, right: GroupID) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

  func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
  }
}
