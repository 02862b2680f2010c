package import JSON

/// What decides how two subjects are compared: whether a subject is simple, or which fields a complex one has.
package struct SubjectShape: Hashable, Sendable {
  /// `null` for simple subjects; for complex ones the sorted names of their fields.
  ///
  /// JSON strings, because these are equal only code unit by code unit, as the names of members are.
  package let json: JSONValue

  /// The shape that reads as this JSON, as `json` wrote it.
  package init(json: JSONValue) {
    self.json = json
  }

  init(fields: [String]) {
    let sorted = fields.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    json = .array(sorted.map(JSONValue.string))
  }

  /// All simple subjects have one shape: they are compared as wholes.
  package static let simple = SubjectShape(json: .null)

  /// The fields of complex subjects; nil for simple ones.
  var fields: [String]? {
    json.arrayValue?.compactMap(\.stringValue)
  }
}

extension SubjectIdentifier {
  package var shape: SubjectShape {
    guard format == .complex, let members = json.objectValue else { return .simple }
    return SubjectShape(fields: members.names.filter { $0 != "format" })
  }
}
