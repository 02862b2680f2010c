package import JSON

/// What became of one attribute.
package struct AttributeChange: Hashable, Sendable {
  package let kind: IdentityChange.Kind
  package let attribute: String
  /// Nil for an attribute that was not there.
  package let old: JSONValue?
  /// Nil for an attribute that is not there any more.
  package let new: JSONValue?

  /// As people and programs read it: `{"kind", "attribute", "old", "new"}`.
  package var json: JSONValue {
    var json: JSONObject = ["kind": .string(kind.rawValue), "attribute": .string(attribute)]
    json["old"] = old
    json["new"] = new
    return .object(json)
  }

  /// The attributes in which two profiles differ, in the order of their names.
  static func between(_ old: JSONObject, and new: JSONObject) -> [AttributeChange] {
    let gone = old.filter { new[$0.name] == nil }.map { member in
      AttributeChange(kind: .deleted, attribute: member.name, old: member.value, new: nil)
    }
    let others = new.compactMap { member -> AttributeChange? in
      let before = old[member.name]
      guard before != member.value else { return nil }
      return AttributeChange(
        kind: before == nil ? .created : .updated, attribute: member.name, old: before, new: member.value)
    }
    return (gone + others).sorted { $0.attribute.utf8.lexicographicallyPrecedes($1.attribute.utf8) }
  }
}
