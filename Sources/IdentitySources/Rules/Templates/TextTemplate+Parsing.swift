extension TextTemplate {
  /// - Throws: `TemplateError` for a brace that is not closed, or an attribute that cannot be.
  init(_ source: String) throws(TemplateError) {
    var rest = Substring(source)
    var pieces: [Piece] = []
    var text = ""
    while let character = rest.popFirst() {
      switch character {
      case "{" where rest.first == "{", "}" where rest.first == "}":
        text.append(rest.removeFirst())
      case "{":
        if !text.isEmpty { pieces.append(.text(text)) }
        text = ""
        pieces.append(try Self.attribute(from: &rest))
      case "}":
        throw TemplateError(message: "a closing brace that nothing opens; write }} for the brace itself")
      default: text.append(character)
      }
    }
    if !text.isEmpty || pieces.isEmpty { pieces.append(.text(text)) }
    self.pieces = pieces
  }

  /// Reads an attribute up to its closing brace.
  private static func attribute(from rest: inout Substring) throws(TemplateError) -> Piece {
    guard let end = rest.firstIndex(of: "}") else {
      throw TemplateError(message: "a brace that is not closed; write {{ for the brace itself")
    }
    let parts = rest[..<end].split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
    rest = rest[rest.index(after: end)...]
    do {
      let path = try AttributePath(String(parts[0]))
      return .attribute(path, otherwise: parts.count > 1 ? String(parts[1]) : nil)
    } catch {
      throw TemplateError(message: error.description)
    }
  }
}

/// Why a text is no template.
struct TemplateError: Error, Hashable, CustomStringConvertible {
  let message: String

  var description: String { message }
}
