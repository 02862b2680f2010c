import JSON

/// A text with places for attributes of a change: `status {old.status|unknown} → {new.status}`. What stands behind a
/// bar is said where the attribute is absent; `{{` and `}}` are the braces themselves.
struct TextTemplate: Hashable, Sendable {
  enum Piece: Hashable, Sendable {
    case text(String)
    case attribute(AttributePath, otherwise: String?)
  }

  let pieces: [Piece]

  /// The text that is the same for every change; nil if an attribute stands in it.
  var constant: String? {
    guard pieces.count == 1, case .text(let text) = pieces[0] else { return nil }
    return text
  }

  /// The value for a change. A template that is one attribute and nothing else has that attribute's own type, so that
  /// `{groups}` is an array.
  ///
  /// - Throws: `MissingAttribute` if one is absent and nothing is said for that.
  func value(for change: IdentityChange) throws(MissingAttribute) -> JSONValue {
    if pieces.count == 1, case .attribute(let path, let otherwise) = pieces[0] {
      return try Self.value(of: path, in: change, otherwise)
    }
    var text = ""
    for piece in pieces { text += try Self.text(of: piece, in: change) }
    return .string(text)
  }

  private static func text(of piece: Piece, in change: IdentityChange) throws(MissingAttribute) -> String {
    switch piece {
    case .text(let text): return text
    case .attribute(let path, let otherwise):
      let value = try value(of: path, in: change, otherwise)
      if let texts = value.arrayValue { return texts.compactMap(\.stringValue).joined(separator: ", ") }
      return value.stringValue ?? value.text()
    }
  }

  private static func value(
    of path: AttributePath, in change: IdentityChange, _ otherwise: String?
  ) throws(MissingAttribute) -> JSONValue {
    guard let value = change.value(of: path) ?? otherwise.map(JSONValue.string) else {
      throw MissingAttribute(path: path)
    }
    return value
  }
}

/// An attribute that a template needs and a change does not have.
struct MissingAttribute: Error, Hashable, CustomStringConvertible {
  let path: AttributePath

  var description: String {
    "the identity has no \(path); say what stands in for it, as in {\(path)|none}"
  }
}
