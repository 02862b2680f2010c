/// What is to become of an identity or a group.
enum IdentityAction: Int, Sendable {
  /// Only its memberships change.
  case keep = 0
  /// The attributes that are named take the place of those before; nulls take them away.
  case merge = 1
  /// The attributes that are named take the place of all.
  case replace = 2
  case delete = 3
}

/// What is to become of one identity: action, attributes and memberships.
struct PlannedChange: Sendable {
  let externalID: String
  var action: IdentityAction
  var profile: IdentityProfile
  var memberships: [Membership] = []

  struct Membership: Hashable, Sendable {
    let groupID: String
    let isMember: Bool
  }

  /// The same change with a later one put upon it, so that both have the effect of one after the other.
  func followed(by later: IdentityAction, _ profile: IdentityProfile) -> PlannedChange {
    var result = self
    switch (action, later) {
    case (_, .keep): return self
    case (.merge, .merge): result.profile = self.profile.merging(profile)
    case (.replace, .merge): result.profile = self.profile.merging(profile).withoutNulls
    // Deleted and brought back in one import: what it had before is gone.
    case (.delete, .merge):
      result.action = .replace
      result.profile = profile.withoutNulls
    default:
      result.action = later
      result.profile = profile
    }
    return result
  }
}
