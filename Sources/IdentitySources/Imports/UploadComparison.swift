import JSON
import SQLite

/// Compares the records of one upload with the snapshot, some at a time, on the store's queue.
struct UploadComparison: Sendable {
  let source: Int64
  let session: Int64
  private let kind: Upload.Kind
  private var reader: PackedRecordReader

  init(_ upload: StoredUpload, of session: ImportSession) {
    source = session.source
    self.session = session.number
    kind = upload.kind
    reader = PackedRecordReader(upload.content)
  }

  var isAtEnd: Bool { reader.isAtEnd }

  /// What a slice of records has brought to light.
  struct Slice: Sendable {
    var records = 0
    var unchanged = 0
    var findings: [Finding] = []
    /// The identities that were named and are there.
    var seen: [Int64] = []
  }

  /// Compares the next records.
  ///
  /// - Parameter hasStaged: whether anything was put aside before, which a record may take back.
  mutating func next(atMost limit: Int, in database: Database, hasStaged: Bool) throws -> Slice {
    var slice = Slice()
    while !isAtEnd, slice.records < limit {
      slice.records += 1
      switch kind {
      case .usersMerge, .usersReplace: try compareUser(in: database, hasStaged, &slice)
      case .usersDelete: try compareDeletion(in: database, hasStaged, &slice)
      case .groupsUpsert, .groupsDelete: try compareGroup(in: database, &slice)
      case .membershipsUpsert: try compareMembership(in: database, wanted: true, &slice)
      case .membershipsDelete: try compareMembership(in: database, wanted: false, &slice)
      }
    }
    return slice
  }

  // MARK: - Users

  private mutating func compareUser(in database: Database, _ hasStaged: Bool, _ slice: inout Slice) throws {
    let externalID = reader.text()
    let bytes = Array(reader.next())
    let groups = Array(reader.next())
    let found = try database.compare(bytes, with: externalID, of: source)
    if let found { slice.seen.append(found.number) }
    let isStaged = try hasStaged && database.stagedChange(of: externalID, in: session) != nil
    let isSame = try found.map { try $0.isSame || leavesAsItIs(externalID, bytes, in: database) } ?? false
    if isSame, !isStaged, groups.isEmpty {
      slice.unchanged += 1
      return
    }
    let count = slice.findings.count
    if !isSame || isStaged {
      let action: IdentityAction = kind == .usersMerge ? .merge : .replace
      slice.findings.append(.identity(externalID, action, try IdentityProfile(bytes: bytes)))
    }
    if !groups.isEmpty { try compareGroups(groups, of: externalID, in: database, &slice) }
    if slice.findings.count == count { slice.unchanged += 1 }
  }

  /// Whether attributes that are merged change nothing, though they are not all that the identity has.
  private func leavesAsItIs(_ externalID: String, _ bytes: [UInt8], in database: Database) throws -> Bool {
    guard kind == .usersMerge, let before = try database.identity(externalID, of: source) else {
      return false
    }
    return try before.profile.merging(IdentityProfile(bytes: bytes)).withoutNulls.bytes
      == before.profile.bytes
  }

  /// The groups that are named are all that the identity is in.
  private func compareGroups(
    _ json: [UInt8], of externalID: String, in database: Database, _ slice: inout Slice
  ) throws {
    let wanted = try JSONValue(parsing: json).arrayValue?.compactMap(\.stringValue) ?? []
    var before = try database.groups(ofIdentity: externalID, of: source).map(\.externalID)
    for staged in try database.stagedMemberships(of: externalID, in: session) {
      before.removeAll { $0.utf8.elementsEqual(staged.groupID.utf8) }
      if staged.isMember { before.append(staged.groupID) }
    }
    for change in PlannedChange.Membership.from(before, to: wanted) {
      if change.isMember, try !database.hasGroup(change.groupID, of: source),
        try database.stagedGroup(change.groupID, in: session) == nil
      {
        slice.findings.append(.group(change.groupID, .replace, profile: IdentityProfile.empty.bytes))
      }
      slice.findings.append(.membership(externalID, group: change.groupID, isMember: change.isMember))
    }
  }

  private mutating func compareDeletion(in database: Database, _ hasStaged: Bool, _ slice: inout Slice) throws
  {
    let externalID = reader.text()
    let isThere = try database.identity(externalID, of: source) != nil
    let isStaged = try hasStaged && database.stagedChange(of: externalID, in: session) != nil
    if isThere || isStaged {
      slice.findings.append(.identity(externalID, .delete, .empty))
    } else {
      slice.unchanged += 1
    }
  }

  // MARK: - Groups

  private mutating func compareGroup(in database: Database, _ slice: inout Slice) throws {
    let id = reader.text()
    let isDeleted = kind == .groupsDelete
    let profile = isDeleted ? IdentityProfile.empty.bytes : Array(reader.next())
    slice.findings.append(.group(id, isDeleted ? .delete : .replace, profile: profile))
  }

  private mutating func compareMembership(in database: Database, wanted: Bool, _ slice: inout Slice) throws {
    let group = reader.text()
    let externalID = reader.text()
    let isMember =
      try database.stagedMembership(of: externalID, in: group, in: session)
      ?? database.isMember(externalID, of: group, in: source)
    if isMember != wanted {
      slice.findings.append(.membership(externalID, group: group, isMember: wanted))
    } else {
      slice.unchanged += 1
    }
  }
}
