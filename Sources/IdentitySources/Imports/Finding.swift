import SQLite

/// Something in an upload that differs from the snapshot, or from what was put aside before.
enum Finding: Sendable {
  case identity(String, IdentityAction, IdentityProfile)
  case group(String, IdentityAction, profile: [UInt8])
  case membership(String, group: String, isMember: Bool)
}

extension Database {
  /// Puts a finding aside; answers whether it is the first of its identity.
  func stage(_ finding: Finding, in session: Int64) throws -> Bool {
    switch finding {
    case .identity(let externalID, let action, let profile):
      return try stage(externalID, action, profile, in: session)
    case .group(let id, let action, let profile):
      try stageGroup(id, action, profile, in: session)
      return false
    case .membership(let externalID, let group, let isMember):
      try stageMembership(of: externalID, in: group, isMember, in: session)
      return try stage(externalID, .keep, .empty, in: session)
    }
  }
}
