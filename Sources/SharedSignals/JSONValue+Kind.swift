import JSON

/// How a value is called in an error message.
extension JSONValue {
  var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .integer, .number: "a number"
    case .string(let text): text.isEmpty ? "an empty string" : "a string"
    case .array(let items): items.isEmpty ? "an empty array" : "an array"
    case .object(let members): members.isEmpty ? "an empty object" : "an object"
    }
  }

  /// The text itself, if it is one and short enough to be read; else the kind.
  var excerpt: String {
    guard case .string(let text) = self, (1...80).contains(text.utf8.count) else { return kind }
    return "\"\(text)\""
  }
}
