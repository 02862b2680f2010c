package import JSON

/// Whom a SET or a stream is for: one name or several of the same receiver (SSF 1.0 §4.1.8), in the JSON form it
/// was agreed in, since receivers compare the claim with the form they know.
package enum Audience: Hashable, Sendable {
  case one(String)
  case several([String])

  /// Reads a non-empty string, or an array of at least one; nil for anything else.
  package init?(json: JSONValue) {
    switch json {
    case .string(let name) where !name.isEmpty:
      self = .one(name)
    case .array(let items):
      let names = items.compactMap(\.stringValue).filter { !$0.isEmpty }
      guard !names.isEmpty, names.count == items.count else { return nil }
      self = .several(names)
    default:
      return nil
    }
  }

  package var names: [String] {
    switch self {
    case .one(let name): [name]
    case .several(let names): names
    }
  }

  package var json: JSONValue {
    switch self {
    case .one(let name): .string(name)
    case .several(let names): .array(names.map(JSONValue.string))
    }
  }
}
