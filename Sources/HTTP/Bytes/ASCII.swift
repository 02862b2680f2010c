/// The bytes and byte classes that HTTP's grammar is written in. Protocol text is compared as bytes, never as
/// `Character` (in Swift `"\r\n"` is one character).
extension UInt8 {
  static let tab: UInt8 = 0x09
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let space: UInt8 = 0x20

  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

  var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }

  /// SP or HTAB: the only bytes that are trimmed around a field value (RFC 9110 §5.6.3).
  var isBlank: Bool { self == .space || self == .tab }

  /// A control character other than HTAB: never part of any line (RFC 9110 §5.5).
  var isControl: Bool { self < .space && self != .tab || self == 0x7F }

  /// `tchar` of RFC 9110 §5.6.2.
  var isTokenCharacter: Bool {
    switch self {
    case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
      UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
      true
    default: isDigit || isLetter
    }
  }

  /// `pchar` of RFC 3986 §3.3, `/` and `?`: what may stand in a path or query, `%` included.
  var isPathOrQueryCharacter: Bool {
    switch self {
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"),
      UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "("),
      UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: ";"),
      UInt8(ascii: "="), UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "/"), UInt8(ascii: "?"),
      UInt8(ascii: "%"):
      true
    default: isDigit || isLetter
    }
  }

  var asciiLowercased: UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
  }

  /// The value of a hexadecimal digit, `nil` for any other byte.
  var hexadecimalValue: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

extension Collection<UInt8> {
  /// One or more `tchar`s.
  var isToken: Bool { !isEmpty && allSatisfy(\.isTokenCharacter) }

  func equalsIgnoringCase(_ other: some Collection<UInt8>) -> Bool {
    count == other.count && elementsEqual(other) { $0.asciiLowercased == $1.asciiLowercased }
  }

  /// The value of one to `maximumDigits` decimal digits and nothing else; `nil` otherwise.
  /// - Parameter maximumDigits: at most 18, so that the value fits `Int`.
  func decimalValue(maximumDigits: Int) -> Int? {
    guard 1...maximumDigits ~= count, allSatisfy(\.isDigit) else { return nil }
    return reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }
}

extension BidirectionalCollection<UInt8> {
  /// Without SP and HTAB at both ends; no other white space is touched.
  var trimmingBlanks: SubSequence {
    let head = drop(while: \.isBlank)
    guard let last = head.lastIndex(where: { !$0.isBlank }) else { return head }
    return head[...last]
  }
}

extension [UInt8] {
  mutating func append(decimal value: Int) {
    append(contentsOf: String(value).utf8)
  }

  /// Appends `value` in exactly `width` decimal digits, zeros in front.
  mutating func append(decimal value: Int, width: Int) {
    let digits = String(value).utf8
    append(contentsOf: repeatElement(UInt8(ascii: "0"), count: Swift.max(0, width - digits.count)))
    append(contentsOf: digits)
  }
}
