/// A JSON text as a value (RFC 8259 §3).
///
/// It owns what was written and nothing more: integers are exact, every other number keeps its spelling, and
/// members keep their order. It refuses to guess: a number is never rounded to a floating-point value, and two
/// strings are equal only code unit by code unit, which is how RFC 8259 §8.3 compares names (Swift's own `==`
/// takes canonically equivalent strings for equal).
package enum JSONValue: Sendable {
  case null
  case bool(Bool)
  /// A number without fraction and exponent that fits 64 bits.
  case integer(Int64)
  /// Any other number, as written. The text has to match the `number` rule of RFC 8259 §6, because it is
  /// serialized as it stands; `1.0` and `1.00` are different values.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)
}

extension JSONValue: Hashable {
  package static func == (left: JSONValue, right: JSONValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let left), .bool(let right)): left == right
    case (.integer(let left), .integer(let right)): left == right
    case (.number(let left), .number(let right)): left == right
    case (.string(let left), .string(let right)): CodeUnits(left) == CodeUnits(right)
    case (.array(let left), .array(let right)): left == right
    case (.object(let left), .object(let right)): left == right
    default: false
    }
  }

  package func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .bool(let value): hasher.combine(value)
    case .integer(let value): hasher.combine(value)
    case .number(let text): hasher.combine(text)
    case .string(let text): hasher.combine(CodeUnits(text))
    case .array(let elements): hasher.combine(elements)
    case .object(let object): hasher.combine(object)
    }
  }
}
