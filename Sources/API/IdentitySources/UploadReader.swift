import IdentitySources
import JSON

/// Reads the bodies of uploads.
struct UploadReader {
  private let body: RequestObject
  private let mostRecords: Int

  init(_ body: RequestObject, mostRecords: Int) {
    self.body = body
    self.mostRecords = mostRecords
  }

  func users() throws -> Upload {
    try requireUsers()
    var upload = Upload(.usersMerge)
    for user in try records("profiles") {
      let profile = try IdentityProfile(user.require("profile"), at: user.pointer.appending("profile"))
      upload.add(user: try user.externalID(atMost: .user), profile: profile)
    }
    return upload
  }

  func deletedUsers() throws -> Upload {
    try requireUsers()
    var upload = Upload(.usersDelete)
    for user in try records("profiles") { upload.add(deleted: try user.externalID(atMost: .user)) }
    return upload
  }

  func groups() throws -> Upload {
    var upload = Upload(.groupsUpsert)
    for group in try records("profiles") {
      let pointer = group.pointer.appending("profile")
      let profile = try IdentityProfile(group.require("profile"), at: pointer)
      guard profile.attributes["displayName"]?.stringValue != nil else {
        throw APIError.invalid(pointer.appending("displayName"), "is missing")
      }
      upload.add(group: try group.externalID(atMost: .group), profile: profile)
    }
    return upload
  }

  func deletedGroups() throws -> Upload {
    var upload = Upload(.groupsDelete)
    let ids = try body.optionalStrings("externalIds") ?? []
    try checkCount(ids.count, of: "externalIds")
    for (index, id) in ids.enumerated() {
      try RequestObject.checkID(
        id, atMost: .group, at: JSONPointer.root.appending("externalIds").appending(index))
      upload.add(deleted: id)
    }
    return upload
  }

  func memberships(_ kind: Upload.Kind) throws -> Upload {
    var upload = Upload(kind)
    for membership in try records("memberships") {
      let group = try membership.externalID("groupExternalId", atMost: .group)
      let pointer = membership.pointer.appending("memberExternalIds")
      guard let members = try membership.optionalStrings("memberExternalIds"), !members.isEmpty else {
        throw APIError.invalid(pointer, "is missing, or empty")
      }
      for (index, member) in members.enumerated() {
        try RequestObject.checkID(member, atMost: .user, at: pointer.appending(index))
        upload.add(member: member, of: group)
      }
    }
    return upload
  }

  // MARK: - Parts

  private func requireUsers() throws(APIError) {
    guard let value = try body.optional("entityType"), value != "USERS" else { return }
    // Okta takes such a body for one that it cannot read.
    var error = APIError.invalid(["entityType"], "must be USERS")
    error.isUnreadable = true
    throw error
  }

  private func records(_ name: String) throws(APIError) -> [RequestObject] {
    guard let value = try body.optional(name) else { throw .invalid([name], "is missing") }
    guard let elements = value.arrayValue else {
      throw .invalid([name], "must be an array, not \(value.typeName)")
    }
    try checkCount(elements.count, of: name)
    return elements.enumerated().map { RequestObject($1, at: JSONPointer.root.appending(name).appending($0)) }
  }

  private func checkCount(_ count: Int, of name: String) throws(APIError) {
    guard (1...mostRecords).contains(count) else {
      throw .invalid([name], "must hold 1 to \(mostRecords), not \(count)")
    }
  }
}
