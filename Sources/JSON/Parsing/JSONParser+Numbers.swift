/// Numbers (RFC 8259 §6): exact where they are integers of 64 bits, as written otherwise.
extension JSONParser {
  mutating func parseNumber() throws(JSONSyntaxError) -> JSONValue {
    let start = index
    if next == UInt8(ascii: "-") { index += 1 }
    try skipIntegerPart()
    try skipFraction()
    try skipExponent()
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    // As an integer, negative zero would lose its sign.
    guard text != "-0", let integer = Int64(text) else { return .number(text) }
    return .integer(integer)
  }

  private mutating func skipIntegerPart() throws(JSONSyntaxError) {
    let start = index
    try skipDigits()
    if bytes[start] == UInt8(ascii: "0"), index > start + 1 { throw failure(.leadingZero, at: start) }
  }

  private mutating func skipFraction() throws(JSONSyntaxError) {
    guard next == UInt8(ascii: ".") else { return }
    index += 1
    try skipDigits()
  }

  private mutating func skipExponent() throws(JSONSyntaxError) {
    guard next == UInt8(ascii: "e") || next == UInt8(ascii: "E") else { return }
    index += 1
    if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { index += 1 }
    try skipDigits()
  }

  /// Moves past one or more digits.
  private mutating func skipDigits() throws(JSONSyntaxError) {
    let start = index
    while let next, UInt8(ascii: "0")...UInt8(ascii: "9") ~= next {
      index += 1
    }
    guard index > start else { throw unexpected(expected: .digit) }
  }
}
