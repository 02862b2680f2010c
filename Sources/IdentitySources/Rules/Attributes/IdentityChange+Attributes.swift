import JSON
import Transmitter

/// What filters and templates find in a change. An attribute that is null or an empty text is absent; names are
/// compared without regard to case (RFC 7644 §3.4.2.2).
extension IdentityChange {
  /// As a filter sees it.
  func filterValue(of path: AttributePath) -> AttributeValue {
    switch path {
    case .attribute(.changed, let name): isChanged(name) ? .flag(true) : .absent
    case .groups(let view):
      .texts(groups(view).flatMap { [$0.externalID, $0.displayName] }.map(FoldedText.init))
    default: value(of: path).map(AttributeValue.init) ?? .absent
    }
  }

  /// As a template sees it: a text, a flag, a number or, for groups, an array of texts.
  func value(of path: AttributePath) -> JSONValue? {
    switch path {
    case .kind: .string(kind.rawValue)
    case .source: .string(source)
    case .externalID: .string(externalID)
    case .time: .string("\(time)")
    case .groups(let view): .array(groups(view).map { .string($0.displayName) })
    case .attribute(.old, let name): Self.attribute(name, of: old)
    case .attribute(.new, let name): Self.attribute(name, of: new)
    case .attribute(.identity, let name): Self.attribute(name, of: kind == .deleted ? old : new)
    case .attribute(.changed, let name): isChanged(name) ? true : Optional.none
    }
  }

  private func isChanged(_ name: String) -> Bool {
    Self.attribute(name, of: old) != Self.attribute(name, of: new)
  }

  private func groups(_ view: AttributePath.GroupView) -> [IdentityGroup] {
    switch view {
    case .now: groupsAfter
    case .before: groupsBefore
    case .gained: groupsGained
    case .lost: groupsLost
    }
  }

  private static func attribute(_ name: String, of profile: JSONObject) -> JSONValue? {
    guard let value = profile[name] ?? profile.first(where: { $0.name.isSame(ignoringCase: name) })?.value
    else { return nil }
    // `nil` alone would be a JSON null here.
    return value == .null || value == "" ? Optional.none : value
  }
}

extension String {
  fileprivate func isSame(ignoringCase other: String) -> Bool {
    utf8.count == other.utf8.count && lowercased() == other.lowercased()
  }
}

extension AttributeValue {
  init(_ json: JSONValue) {
    switch json {
    case .null: self = .absent
    case .bool(let flag): self = .flag(flag)
    case .string(let text): self = .text(FoldedText(text))
    case .array(let elements): self = .texts(elements.compactMap(\.stringValue).map(FoldedText.init))
    case .integer, .number, .object: self = .text(FoldedText(json.text()))
    }
  }
}
