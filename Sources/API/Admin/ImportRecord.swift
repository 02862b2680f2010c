import IdentitySources
import JSON

/// One identity as an administrator uploads it:
///
///     {"external_id": "4711", "profile": {"email": "jane@example.com", "status": "active"}, "groups": ["staff"]}
///     {"external_id": "4712", "deleted": true}
///
/// `groups`, if it is there, names all groups that the identity is in.
struct ImportRecord {
  let externalID: String
  let isDeleted: Bool
  let profile: IdentityProfile
  let groups: [String]?

  private static let mostGroups = 500

  init(_ body: RequestObject) throws {
    try body.allowOnly(["external_id", "profile", "groups", "deleted"])
    externalID = try body.externalID("external_id", atMost: .user)
    isDeleted = try body.optionalBoolean("deleted") ?? false
    groups = try Self.groups(body)
    if isDeleted {
      guard try body.optional("profile") == nil, groups == nil else {
        throw APIError.invalid(body.pointer.appending("deleted"), "leaves no room for profile or groups")
      }
      profile = try IdentityProfile([:], at: body.pointer)
    } else {
      let pointer = body.pointer.appending("profile")
      profile = try IdentityProfile(body.require("profile"), at: pointer)
    }
  }

  private static func groups(_ body: RequestObject) throws -> [String]? {
    guard let groups = try body.optionalStrings("groups") else { return nil }
    let pointer = body.pointer.appending("groups")
    guard groups.count <= mostGroups else {
      throw APIError.invalid(pointer, "must hold at most \(mostGroups)")
    }
    for (index, group) in groups.enumerated() {
      try RequestObject.checkID(group, atMost: .group, at: pointer.appending(index))
    }
    return groups
  }

  /// The same as a change that is made at once.
  var change: IdentityDesk.Change {
    isDeleted ? .ensureDeleted : .upsert(profile, groups: groups)
  }
}

extension [ImportRecord] {
  /// The records as uploads, in their order: those of one kind that follow each other share one.
  func uploads(isFull: Bool) -> [Upload] {
    var uploads: [Upload] = []
    for record in self {
      let kind: Upload.Kind = record.isDeleted ? .usersDelete : isFull ? .usersReplace : .usersMerge
      if uploads.last?.kind != kind { uploads.append(Upload(kind)) }
      let last = uploads.count - 1
      if record.isDeleted {
        uploads[last].add(deleted: record.externalID)
      } else {
        uploads[last].add(user: record.externalID, profile: record.profile, groups: record.groups)
      }
    }
    return uploads
  }
}
