/// Writes values as RFC 8259 text.
///
/// Strings are escaped where the grammar demands it and nowhere else, in the spelling of RFC 8785 §3.2.2.2.
struct JSONWriter {
  private let style: JSONStyle
  /// How many arrays and objects stand open.
  private var level = 0

  init(style: JSONStyle) {
    self.style = style
  }

  mutating func write(_ value: JSONValue, into bytes: inout [UInt8]) {
    switch value {
    case .null: bytes += "null".utf8
    case .bool(let bool): bytes += (bool ? "true" : "false").utf8
    case .integer(let integer): bytes += String(integer).utf8
    case .number(let text): bytes += text.utf8
    case .string(let text): Self.writeString(text, into: &bytes)
    case .array(let elements): writeArray(elements, into: &bytes)
    case .object(let object): writeObject(object, into: &bytes)
    }
  }

  private mutating func writeArray(_ elements: [JSONValue], into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "["))
    level += 1
    var isFirst = true
    for element in elements {
      startItem(isFirst: isFirst, into: &bytes)
      write(element, into: &bytes)
      isFirst = false
    }
    close(with: UInt8(ascii: "]"), isEmpty: isFirst, into: &bytes)
  }

  private mutating func writeObject(_ object: JSONObject, into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "{"))
    level += 1
    var isFirst = true
    for (name, value) in style == .canonical ? Self.sorted(object) : object.members {
      startItem(isFirst: isFirst, into: &bytes)
      Self.writeString(name, into: &bytes)
      bytes.append(UInt8(ascii: ":"))
      if style == .pretty { bytes.append(UInt8(ascii: " ")) }
      write(value, into: &bytes)
      isFirst = false
    }
    close(with: UInt8(ascii: "}"), isEmpty: isFirst, into: &bytes)
  }

  private func startItem(isFirst: Bool, into bytes: inout [UInt8]) {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    startLine(into: &bytes)
  }

  private mutating func close(with closing: UInt8, isEmpty: Bool, into bytes: inout [UInt8]) {
    level -= 1
    if !isEmpty { startLine(into: &bytes) }
    bytes.append(closing)
  }

  private func startLine(into bytes: inout [UInt8]) {
    guard style == .pretty else { return }
    bytes.append(UInt8(ascii: "\n"))
    bytes += repeatElement(UInt8(ascii: " "), count: 2 * level)
  }

  private static func sorted(_ object: JSONObject) -> [JSONObject.Element] {
    object.members.sorted { $0.name.utf16.lexicographicallyPrecedes($1.name.utf16) }
  }
}

// MARK: - Strings

extension JSONWriter {
  private static func writeString(_ text: String, into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    if needsEscape(text.utf8.span) {
      for byte in text.utf8 { writeEscaped(byte, into: &bytes) }
    } else {
      bytes += text.utf8
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func needsEscape(_ text: Span<UInt8>) -> Bool {
    for index in text.indices where needsEscape(text[index]) { return true }
    return false
  }

  private static func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private static func writeEscaped(_ byte: UInt8, into bytes: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "\""): bytes += "\\\"".utf8
    case UInt8(ascii: "\\"): bytes += "\\\\".utf8
    case 0x08: bytes += "\\b".utf8
    case 0x0C: bytes += "\\f".utf8
    case UInt8(ascii: "\n"): bytes += "\\n".utf8
    case UInt8(ascii: "\r"): bytes += "\\r".utf8
    case UInt8(ascii: "\t"): bytes += "\\t".utf8
    case ..<0x20: bytes += "\\u00\(byte < 0x10 ? "0" : "")\(String(byte, radix: 16))".utf8
    default: bytes.append(byte)
    }
  }
}
