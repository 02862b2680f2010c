/// The text forms of IP addresses that every platform's parser reads: dotted IPv4 (RFC 6943 §3.1.1, strict) and
/// IPv6 in full, compressed or with a dotted end (RFC 4291 §2.2). Zones are refused: they mean nothing elsewhere.
enum IPAddressSyntax {
  static func isAddress(_ text: String) -> Bool {
    let bytes = Array(text.utf8)[...]
    return isIPv4(bytes) || isIPv6(bytes)
  }

  static func isIPv4(_ bytes: ArraySlice<UInt8>) -> Bool {
    let octets = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return octets.count == 4 && octets.allSatisfy(isOctet)
  }

  static func isIPv6(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let gap = bytes.indices.first(where: { bytes[$0...].starts(with: "::".utf8) }) else {
      return groupCount(of: bytes, mayEndDotted: true) == 8
    }
    guard
      let left = groupCount(of: bytes[..<gap], mayEndDotted: false),
      let right = groupCount(of: bytes[(gap + 2)...], mayEndDotted: true)
    else { return false }
    return left + right <= 7
  }

  /// Without leading zeros: some parsers read those as octal.
  private static func isOctet(_ digits: ArraySlice<UInt8>) -> Bool {
    guard ASCIISet.digit.matches(digits), digits.count <= 3 else { return false }
    let hasLeadingZero = digits.count > 1 && digits.first == UInt8(ascii: "0")
    return !hasLeadingZero && digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 255
  }

  /// The number of 16-bit groups, of which a dotted end makes two; nil if one is no group.
  private static func groupCount(of bytes: ArraySlice<UInt8>, mayEndDotted: Bool) -> Int? {
    guard !bytes.isEmpty else { return 0 }
    var groups = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    let endsDotted = mayEndDotted && isIPv4(groups[groups.count - 1])
    if endsDotted { groups.removeLast() }
    guard groups.allSatisfy({ $0.count <= 4 && ASCIISet.hexDigit.matches($0) }) else { return nil }
    return groups.count + (endsDotted ? 2 : 0)
  }
}
