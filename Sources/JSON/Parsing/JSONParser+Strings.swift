/// Strings (RFC 8259 §7): plain runs are taken over in one piece, escapes are resolved, and what is not valid
/// UTF-8 (RFC 3629) is refused instead of repaired.
extension JSONParser {
  /// Reads a string from its opening to past its closing quotation mark.
  mutating func parseString() throws(JSONSyntaxError) -> String {
    index += 1
    let start = index
    try skipPlainText()
    guard bytes[index] == UInt8(ascii: "\"") else { return try parseEscapedString(from: start) }
    defer { index += 1 }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  /// Moves to the next quotation mark or backslash.
  private mutating func skipPlainText() throws(JSONSyntaxError) {
    while let next {
      switch next {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): return
      case ..<0x20: throw failure(.controlCharacter(next))
      case ..<0x80: index += 1
      default: try skipMultibyteCharacter()
      }
    }
    throw unexpected(expected: .closingQuote)
  }

  private mutating func parseEscapedString(from start: Int) throws(JSONSyntaxError) -> String {
    var text = Array(bytes[start..<index])
    while bytes[index] == UInt8(ascii: "\\") {
      try parseEscape(into: &text)
      let run = index
      try skipPlainText()
      text += bytes[run..<index]
    }
    index += 1
    return String(decoding: text, as: UTF8.self)
  }
}

// MARK: - Escapes

extension JSONParser {
  private mutating func parseEscape(into text: inout [UInt8]) throws(JSONSyntaxError) {
    index += 1
    guard let next else { throw unexpected(expected: .escape) }
    switch next {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(next)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(UInt8(ascii: "\n"))
    case UInt8(ascii: "r"): text.append(UInt8(ascii: "\r"))
    case UInt8(ascii: "t"): text.append(UInt8(ascii: "\t"))
    case UInt8(ascii: "u"): return try parseUnicodeEscape(into: &text)
    default: throw failure(.invalidEscape(next))
    }
    index += 1
  }

  /// Reads from the `u`; a character beyond the Basic Multilingual Plane takes two escapes, a surrogate pair.
  private mutating func parseUnicodeEscape(into text: inout [UInt8]) throws(JSONSyntaxError) {
    let start = index - 1
    var units = [try parseCodeUnit()]
    if UTF16.isSurrogate(units[0]) {
      guard UTF16.isLeadSurrogate(units[0]), bytes[index...].starts(with: "\\u".utf8) else {
        throw failure(.loneSurrogate(units[0]), at: start)
      }
      index += 1
      units.append(try parseCodeUnit())
      guard UTF16.isTrailSurrogate(units[1]) else { throw failure(.loneSurrogate(units[0]), at: start) }
    }
    text += String(decoding: units, as: UTF16.self).utf8
  }

  /// Reads `u` and four hexadecimal digits.
  private mutating func parseCodeUnit() throws(JSONSyntaxError) -> UInt16 {
    index += 1
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let next, let digit = Self.hexDigit(next) else {
        throw unexpected(expected: .hexDigit)
      }
      unit = unit << 4 | digit
      index += 1
    }
    return unit
  }

  private static func hexDigit(_ byte: UInt8) -> UInt16? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }
}

// MARK: - UTF-8

extension JSONParser {
  /// Moves past a character of two to four bytes; surrogates and overlong forms are malformed.
  mutating func skipMultibyteCharacter() throws(JSONSyntaxError) {
    guard let (length, second) = Self.multibyteForm(lead: bytes[index]),
      index + length <= bytes.count,
      second.contains(bytes[index + 1]),
      bytes[index + 2..<index + length].allSatisfy({ $0 & 0xC0 == 0x80 })
    else { throw failure(.invalidUTF8) }
    index += length
  }

  /// How long the character is that begins with `lead`, and what its second byte may be (RFC 3629 §4).
  private static func multibyteForm(lead: UInt8) -> (length: Int, second: ClosedRange<UInt8>)? {
    switch lead {
    case 0xC2...0xDF: (2, 0x80...0xBF)
    case 0xE0: (3, 0xA0...0xBF)
    case 0xED: (3, 0x80...0x9F)
    case 0xE1...0xEF: (3, 0x80...0xBF)
    case 0xF0: (4, 0x90...0xBF)
    case 0xF1...0xF3: (4, 0x80...0xBF)
    case 0xF4: (4, 0x80...0x8F)
    default: nil
    }
  }
}
