import JSON

/// One upload to a session, checked, and packed for its import. Of several records for one identity the last counts.
package struct Upload: Sendable {
  /// What an upload says of its records; the fields of each stand behind it.
  package enum Kind: String, Sendable {
    /// External id, profile, groups: the attributes that are named take the place of those before.
    case usersMerge = "users-merge"
    /// The same, but they take the place of all.
    case usersReplace = "users-replace"
    /// External id.
    case usersDelete = "users-delete"
    /// External id, profile.
    case groupsUpsert = "groups-upsert"
    /// External id.
    case groupsDelete = "groups-delete"
    /// Group id, member's external id.
    case membershipsUpsert = "memberships-upsert"
    /// The same.
    case membershipsDelete = "memberships-delete"
  }

  package let kind: Kind
  package private(set) var records = 0
  private var order: [[UInt8]] = []
  private var packed: [[UInt8]: [UInt8]] = [:]

  package init(_ kind: Kind) {
    self.kind = kind
  }

  /// Adds a user.
  ///
  /// - Parameter groups: the ids of all groups that the user is in; nil to leave them as they are.
  package mutating func add(user externalID: String, profile: IdentityProfile, groups: [String]? = nil) {
    var record = PackedRecords()
    record.append(externalID.utf8)
    record.append(kind == .usersReplace ? profile.withoutNulls.bytes : profile.bytes)
    record.append(groups.map { JSONValue.array($0.map(JSONValue.string)).serialized() } ?? [])
    add(record, as: Array(externalID.utf8))
  }

  package mutating func add(group externalID: String, profile: IdentityProfile) {
    var record = PackedRecords()
    record.append(externalID.utf8)
    record.append(profile.withoutNulls.bytes)
    add(record, as: Array(externalID.utf8))
  }

  /// Adds a user or group that is to be deleted.
  package mutating func add(deleted externalID: String) {
    var record = PackedRecords()
    record.append(externalID.utf8)
    add(record, as: Array(externalID.utf8))
  }

  package mutating func add(member: String, of group: String) {
    var record = PackedRecords()
    record.append(group.utf8)
    record.append(member.utf8)
    add(record, as: record.bytes)
  }

  private mutating func add(_ record: PackedRecords, as key: [UInt8]) {
    guard packed.updateValue(record.bytes, forKey: key) == nil else { return }
    order.append(key)
    records += 1
  }

  /// All records, one behind the other.
  var content: [UInt8] {
    var content: [UInt8] = []
    for key in order { content += packed[key] ?? [] }
    return content
  }
}
