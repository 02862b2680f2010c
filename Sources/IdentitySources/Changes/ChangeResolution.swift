import JSON
import SQLite
import Transmitter

/// Finds out what a planned change makes of an identity as the snapshot has it.
struct ChangeResolution {
  let database: Database
  /// The source's number.
  let source: Int64
  let sourceID: String
  /// The session whose groups count as if they were in the snapshot already; nil for a change without one.
  let session: Int64?
  /// When the change was taken in.
  let time: Timestamp

  /// Nil if nothing would be different.
  func resolve(_ planned: PlannedChange) throws -> ResolvedChange? {
    let before = try database.identity(planned.externalID, of: source)
    let profile = Self.profile(after: planned, before)
    guard before != nil || profile != nil else { return nil }
    let groupsBefore = try before == nil ? [] : database.groups(ofIdentity: planned.externalID, of: source)
    let groupsAfter = try profile == nil ? [] : groups(groupsBefore, after: planned.memberships)
    let change = IdentityChange(
      source: sourceID, kind: before == nil ? .created : profile == nil ? .deleted : .updated,
      externalID: planned.externalID, old: before?.profile.attributes ?? [:], new: profile?.attributes ?? [:],
      groupsBefore: groupsBefore, groupsAfter: groupsAfter, time: time)
    let isSame =
      change.kind == .updated && change.attributes.isEmpty && Set(groupsBefore) == Set(groupsAfter)
    return isSame ? nil : ResolvedChange(change: change, identity: before?.number, profile: profile)
  }

  private static func profile(after planned: PlannedChange, _ before: StoredIdentity?) -> IdentityProfile? {
    switch planned.action {
    case .keep: before?.profile
    case .merge: (before?.profile.merging(planned.profile) ?? planned.profile).withoutNulls
    case .replace: planned.profile
    case .delete: nil
    }
  }

  private func groups(_ before: [IdentityGroup], after memberships: [PlannedChange.Membership]) throws
    -> [IdentityGroup]
  {
    var groups = before
    for membership in memberships {
      let index = groups.firstIndex { $0.externalID.utf8.elementsEqual(membership.groupID.utf8) }
      if let index, !membership.isMember { groups.remove(at: index) }
      if index == nil, membership.isMember, let group = try group(membership.groupID) { groups.append(group) }
    }
    return groups
  }

  /// A group that nobody knows has no members: it is left out.
  private func group(_ id: String) throws -> IdentityGroup? {
    if let session, let staged = try database.stagedGroup(id, in: session) {
      return staged.action == .delete ? nil : IdentityGroup(externalID: id, profile: staged.profile)
    }
    return try database.group(id, of: source)
  }
}

/// A change as it would be made.
struct ResolvedChange {
  let change: IdentityChange
  /// The identity's number; nil for a new one.
  let identity: Int64?
  /// What it will be; nil if it is deleted.
  let profile: IdentityProfile?
}

extension Database {
  /// Brings a change into the snapshot.
  func apply(_ resolved: ResolvedChange, of source: Int64, at now: Timestamp) throws {
    let change = resolved.change
    switch (resolved.identity, resolved.profile) {
    case (let number?, let profile?):
      try updateIdentity(number, profile, at: now)
    case (nil, let profile?):
      try insertIdentity(change.externalID, profile, of: source, at: now)
      try countIdentities(1, of: source)
    case (let number?, nil):
      try deleteIdentity(number)
      try countIdentities(-1, of: source)
    case (nil, nil):
      break
    }
    for group in change.groupsLost {
      try setMembership(of: change.externalID, in: group.externalID, false, of: source)
    }
    for group in change.groupsGained {
      try setMembership(of: change.externalID, in: group.externalID, true, of: source)
    }
  }
}
