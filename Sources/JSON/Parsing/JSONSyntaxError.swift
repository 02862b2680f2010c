/// Why bytes are no acceptable JSON document, and where.
package struct JSONSyntaxError: Error, Hashable {
  /// What is wrong.
  package enum Reason: Hashable, Sendable {
    /// A byte that the grammar does not allow at this place.
    case unexpectedByte(UInt8, expected: Expectation)
    case unexpectedEnd(expected: Expectation)
    /// A digit after a leading zero, as in `012`.
    case leadingZero
    /// A byte below 0x20 within a string that is not escaped.
    case controlCharacter(UInt8)
    /// A byte behind a backslash that makes no escape.
    case invalidEscape(UInt8)
    /// Half of a surrogate pair: no character, so no UTF-8 can represent it.
    case loneSurrogate(UInt16)
    case invalidUTF8
    case byteOrderMark
    /// A member name that the object has already, compared after the escapes are resolved.
    case duplicateMember(String)
    case tooDeep(limit: Int)
    case tooLarge(limit: Int)
  }

  /// What the grammar would accept; the raw value is the wording.
  package enum Expectation: String, Sendable {
    case value = "a value"
    case literal = "true, false or null"
    case digit = "a digit"
    case hexDigit = "four hexadecimal digits"
    case escape = "an escaped character"
    case closingQuote = "a closing quotation mark"
    case memberName = "a member name in quotation marks"
    case colon = "a colon"
    case commaOrBracket = "a comma or ]"
    case commaOrBrace = "a comma or }"
    case comment = "// or /*"
    case commentEnd = "*/"
    case endOfDocument = "the end of the document"
  }

  /// Where the fault begins.
  package let position: JSONPosition
  package let reason: Reason
}

extension JSONSyntaxError: CustomStringConvertible {
  /// Position and cause in one line, such as `line 3, column 7: expected a colon but found ','`.
  package var description: String { "\(position): \(reason)" }
}

extension JSONSyntaxError.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unexpectedByte(let byte, let expected):
      "expected \(expected.rawValue) but found \(Self.name(of: byte))"
    case .unexpectedEnd(let expected):
      "expected \(expected.rawValue) but the document ends"
    case .leadingZero:
      "a number must not begin with a zero that is followed by a digit"
    case .controlCharacter(let byte):
      "\(Self.name(of: byte)) in a string must be escaped"
    case .invalidEscape(let byte):
      "a backslash must not be followed by \(Self.name(of: byte)), only by one of \" \\ / b f n r t u"
    case .loneSurrogate(let unit):
      "\\u\(String(unit, radix: 16)) is half of a surrogate pair"
    case .invalidUTF8:
      "the text is not valid UTF-8"
    case .byteOrderMark:
      "the document begins with a byte order mark; save it as UTF-8 without one"
    case .duplicateMember(let name):
      "the object has two members \(JSONValue.string(name).text())"
    case .tooDeep(let limit):
      "arrays and objects are nested deeper than \(limit) levels"
    case .tooLarge(let limit):
      "the document is larger than \(limit) bytes"
    }
  }

  private static func name(of byte: UInt8) -> String {
    switch byte {
    case 0x21...0x7E: "'\(Unicode.Scalar(byte))'"
    default: "byte 0x\(byte < 0x10 ? "0" : "")\(String(byte, radix: 16, uppercase: true))"
    }
  }
}
