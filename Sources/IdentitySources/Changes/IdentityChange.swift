package import JSON
package import Transmitter

/// What an import, or a single change, has found out about one identity: what rules decide on.
package struct IdentityChange: Sendable {
  /// What happened to the identity, or to one of its attributes.
  package enum Kind: String, CaseIterable, Sendable {
    case created, updated, deleted
  }

  /// The id of the identity source.
  package let source: String
  package let kind: Kind
  package let externalID: String
  /// The attributes before, all of them strings, in the order of their names; empty for a new identity.
  package let old: JSONObject
  /// The attributes after; empty for a deleted identity.
  package let new: JSONObject
  package let groupsBefore: [IdentityGroup]
  package let groupsAfter: [IdentityGroup]
  /// When the change was taken in.
  package let time: Timestamp
  /// The attributes that differ, in the order of their names.
  package let attributes: [AttributeChange]

  package init(
    source: String, kind: Kind, externalID: String, old: JSONObject = [:], new: JSONObject = [:],
    groupsBefore: [IdentityGroup] = [], groupsAfter: [IdentityGroup] = [], time: Timestamp
  ) {
    self.source = source
    self.kind = kind
    self.externalID = externalID
    self.old = old
    self.new = new
    self.groupsBefore = groupsBefore
    self.groupsAfter = groupsAfter
    self.time = time
    attributes = AttributeChange.between(old, and: new)
  }

  /// The groups that the identity was in, and is not any more.
  package var groupsLost: [IdentityGroup] { groupsBefore.filter { !groupsAfter.contains($0) } }
  /// The groups that the identity was not in before.
  package var groupsGained: [IdentityGroup] { groupsAfter.filter { !groupsBefore.contains($0) } }
}

/// A group of an identity source, as members of it see it. Two are the same if their external ids are.
package struct IdentityGroup: Hashable, Sendable {
  package let externalID: String
  package let displayName: String

  package init(externalID: String, displayName: String) {
    self.externalID = externalID
    self.displayName = displayName
  }

  package static func == (left: IdentityGroup, right: IdentityGroup) -> Bool {
    left.externalID.utf8.elementsEqual(right.externalID.utf8)
  }

  package func hash(into hasher: inout Hasher) {
    for byte in externalID.utf8 { hasher.combine(byte) }
  }
}
