import SharedSignals

/// The name of something that filters and templates can ask of a change: `kind`, `new.email`, `groups.lost`.
package enum AttributePath: Hashable, Sendable, CustomStringConvertible {
  /// created, updated or deleted.
  case kind
  /// The identity source's id.
  case source
  /// The identity's id in its source.
  case externalID
  /// When the import was started, in RFC 3339.
  case time
  case groups(GroupView)
  /// An attribute of the identity's profile.
  case attribute(Side, String)

  /// Which of the identity's groups are meant: in a filter by name or external id, in a template by name.
  package enum GroupView: String, CaseIterable, Sendable {
    /// Those after the change.
    case now
    /// Those before it.
    case before
    case gained
    case lost
  }

  /// Which state of the profile is meant.
  package enum Side: String, CaseIterable, Sendable {
    case old
    case new
    /// The new one, or the old one of an identity that is deleted.
    case identity
    /// True for an attribute that differs between the two; otherwise absent.
    case changed
  }

  private static let fixed: [String: AttributePath] = [
    "kind": .kind, "source": .source, "externalId": .externalID, "time": .time, "groups": .groups(.now),
  ]

  /// - Throws: `AttributePathError` for a name that begins with nothing known.
  package init(_ name: String) throws(AttributePathError) {
    if let path = Self.fixed[name] {
      self = path
      return
    }
    let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let path = Self.path(String(parts[0]), String(parts[1])) else {
      throw AttributePathError(name: name)
    }
    self = path
  }

  private static func path(_ root: String, _ rest: String) -> AttributePath? {
    if root == "groups" { return GroupView(rawValue: rest).map { .groups($0) } }
    guard !rest.isEmpty else { return nil }
    return Side(rawValue: root).map { .attribute($0, rest) }
  }

  package var description: String {
    switch self {
    case .groups(.now): "groups"
    case .groups(let view): "groups.\(view.rawValue)"
    case .attribute(let side, let name): "\(side.rawValue).\(name)"
    case .kind, .source, .externalID, .time: Self.fixed.first { $0.value == self }?.key ?? ""
    }
  }
}

/// A name that is none of an attribute.
package struct AttributePathError: Error, Hashable, CustomStringConvertible {
  package let name: String

  private static let known = [
    "kind", "source", "externalId", "time", "groups", "groups.before", "groups.gained", "groups.lost",
  ]

  package var description: String {
    let hint = Self.known.nearest(to: name).map { "did you mean \($0)?" }
    return "'\(name)' is no attribute; "
      + (hint ?? "use old., new., identity. or changed. and a name, or \(Self.known.joined(separator: ", "))")
  }
}
