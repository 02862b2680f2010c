/// Percent-encoding of RFC 3986 §2.1, decoding side.
enum PercentEncoding {
  /// Whether every `%` is followed by two hexadecimal digits.
  static func isValid(_ bytes: some Collection<UInt8>) -> Bool {
    var rest = bytes[...]
    while let percent = rest.firstIndex(of: UInt8(ascii: "%")) {
      let digits = rest[percent...].dropFirst().prefix(2)
      guard digits.count == 2, digits.allSatisfy({ $0.hexadecimalValue != nil }) else { return false }
      rest = rest[digits.endIndex...]
    }
    return true
  }

  /// The decoded text; `nil` on a bad escape, on a decoded NUL, and if the result is not UTF-8.
  /// - Parameter plusIsSpace: reads `+` as a space, as HTML forms write it in queries.
  static func decode(_ bytes: some Collection<UInt8>, plusIsSpace: Bool = false) -> String? {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var rest = bytes[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst()?.hexadecimalValue, let low = rest.popFirst()?.hexadecimalValue,
          high | low != 0
        else { return nil }
        decoded.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsSpace: decoded.append(.space)
      default: decoded.append(byte)
      }
    }
    return String(validating: decoded, as: UTF8.self)
  }
}
