import JSON
import Transmitter

@testable import IdentitySources

extension IdentityChange {
  /// Jane's change from one profile to another; nil for none.
  static func example(
    from old: JSONObject? = nil, to new: JSONObject? = nil, groups before: [String] = [],
    then after: [String]? = nil
  ) -> IdentityChange {
    IdentityChange(
      source: "hr", kind: old == nil ? .created : new == nil ? .deleted : .updated, externalID: "e1",
      old: old ?? [:], new: new ?? [:], groupsBefore: groups(before), groupsAfter: groups(after ?? before),
      time: Timestamp(milliseconds: 1_700_000_000_000))
  }

  private static func groups(_ ids: [String]) -> [IdentityGroup] {
    ids.map { IdentityGroup(externalID: $0, displayName: "Team \($0)") }
  }
}

extension Filter {
  /// Whether a filter in its written form matches a change.
  static func matches(_ text: String, _ change: IdentityChange) throws -> Bool {
    var table = AttributeTable()
    return try FilterParser.parse(text, entering: &table).matches(table.values(of: change))
  }
}
