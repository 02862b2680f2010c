/// What others have written, on its way to a log or a terminal.
extension String {
  /// The text with every control character as `\uXXXX`. Of a JSON text, the same JSON value.
  var escapingControls: String { escaping(\.isControl) }

  /// The same for a text of several lines, whose ends stay.
  var escapingControlsInLines: String { escaping { $0.isControl && $0 != "\n" } }

  private func escaping(_ isEscaped: (Unicode.Scalar) -> Bool) -> String {
    guard unicodeScalars.contains(where: isEscaped) else { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      if isEscaped(scalar) { text += scalar.escape } else { text.unicodeScalars.append(scalar) }
    }
  }
}

extension Unicode.Scalar {
  /// Whether it breaks a line, steers a terminal, or turns the direction of what follows.
  var isControl: Bool {
    switch value {
    case 0x00...0x1F, 0x7F...0x9F: true
    case 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  fileprivate var escape: String {
    let digits = String(value, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
  }
}
