/// Host and optional port of a URL or a `Host` field, without userinfo (RFC 3986 §3.2). Stricter than the
/// RFC: a name is made of letters, digits, `-` and `_`, and what a resolver could read as a number (`127.1`,
/// `0x7f.1`, `2130706433`) must be a plain dotted IPv4 address.
package struct Authority: Hashable, Sendable, CustomStringConvertible {
  /// In lower case; an IPv6 address in its brackets.
  package let host: String
  /// `nil` when none was written; never 0.
  package let port: UInt16?

  package var description: String { port.map { "\(host):\($0)" } ?? host }

  init(parsing bytes: ArraySlice<UInt8>) throws(HTTPURLError) {
    guard !bytes.contains(UInt8(ascii: "@")) else { throw .userinfo }
    let hostBytes = Self.hostPart(of: bytes)
    try Self.check(host: hostBytes)
    host = String(decoding: hostBytes.map(\.asciiLowercased), as: UTF8.self)
    port = try Self.port(from: bytes[hostBytes.endIndex...])
  }

  private static func hostPart(of bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard bytes.first == UInt8(ascii: "[") else { return bytes.prefix { $0 != UInt8(ascii: ":") } }
    let end = bytes.firstIndex(of: UInt8(ascii: "]")).map { $0 + 1 } ?? bytes.endIndex
    return bytes[..<end]
  }

  private static func port(from rest: ArraySlice<UInt8>) throws(HTTPURLError) -> UInt16? {
    guard let colon = rest.first else { return nil }
    guard colon == UInt8(ascii: ":"), let value = rest.dropFirst().decimalValue(maximumDigits: 5),
      let port = UInt16(exactly: value), port > 0
    else { throw .malformedPort }
    return port
  }

  private static func check(host: ArraySlice<UInt8>) throws(HTTPURLError) {
    guard let first = host.first else { throw .emptyHost }
    if first == UInt8(ascii: "[") {
      guard host.last == UInt8(ascii: "]"), IPLiteral.isIPv6(host.dropFirst().dropLast()) else {
        throw .malformedIPv6
      }
      return
    }
    let labels = labels(of: host)
    guard host.count <= 254, labels.allSatisfy(isLabel) else { throw .malformedHost }
    if isNumeric(labels.last ?? []), !IPLiteral.isIPv4(host) { throw .malformedIPv4 }
  }

  /// The labels of a name; one dot may end it.
  private static func labels(of host: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    let name = host.last == UInt8(ascii: ".") ? host.dropLast() : host
    return name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
  }

  private static func isLabel(_ label: ArraySlice<UInt8>) -> Bool {
    1...63 ~= label.count
      && label.allSatisfy {
        $0.isDigit || $0.isLetter || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
      }
  }

  /// Whether resolvers take a name that ends in this label for a number (`inet_aton`).
  private static func isNumeric(_ label: ArraySlice<UInt8>) -> Bool {
    if label.prefix(2).equalsIgnoringCase("0x".utf8) {
      return label.dropFirst(2).allSatisfy { $0.hexadecimalValue != nil }
    }
    return label.allSatisfy(\.isDigit)
  }
}
