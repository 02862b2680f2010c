import JSON

/// What an answer holds, on its way into a line of text. Others have written it, so it must neither steer the terminal
/// nor end the line.
extension JSONValue {
  /// A member as a word, or a cell of a table.
  func column(_ name: String) -> String {
    switch self[name] {
    case .string(let text)?: text.escapingControls
    case .array(let values)?: values.compactMap(\.stringValue).joined(separator: " ").escapingControls
    case .integer(let number)?: String(number)
    case .bool(let value)?: value ? "yes" : "no"
    default: "-"
    }
  }

  /// As JSON.
  var line: String { text().escapingControls }
}
