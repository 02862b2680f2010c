extension JSONValue {
  /// The text of a string; `nil` for every other type.
  package var stringValue: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The value of an integer in the range of 64 bits; `nil` for every other number and type.
  package var integerValue: Int64? {
    if case .integer(let integer) = self { integer } else { nil }
  }

  /// The value of `true` or `false`; `nil` for every other type.
  package var boolValue: Bool? {
    if case .bool(let bool) = self { bool } else { nil }
  }

  /// The elements of an array; `nil` for every other type.
  package var arrayValue: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// The members of an object; `nil` for every other type.
  package var objectValue: JSONObject? {
    if case .object(let object) = self { object } else { nil }
  }

  /// The value of the member with this name; `nil` if there is none or this is no object.
  package subscript(member: String) -> JSONValue? {
    if case .object(let object) = self { object[member] } else { nil }
  }

  /// What this is, for error texts: `null`, `boolean`, `integer`, `number`, `string`, `array` or `object`.
  package var typeName: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .integer: "integer"
    case .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }
}
