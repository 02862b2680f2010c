/// The textual forms of IP addresses that RFC 3986 §3.2.2 lets stand in a URL, checked by grammar alone.
enum IPLiteral {
  /// Four decimal numbers 0...255 without leading zeros.
  static func isIPv4(_ text: ArraySlice<UInt8>) -> Bool {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy(isOctet)
  }

  /// Eight groups of one to four hexadecimal digits; `::` once for one or more zero groups; the last two
  /// groups may be written as IPv4. No zone identifier.
  static func isIPv6(_ text: ArraySlice<UInt8>) -> Bool {
    guard let gap = doubleColon(in: text) else { return groupCount(text) == 8 }
    let before = text[..<gap]
    let after = text[(gap + 2)...]
    guard before.isEmpty || !hasIPv4(before), let front = groupCountOrEmpty(before),
      let back = groupCountOrEmpty(after)
    else { return false }
    return front + back <= 7
  }

  private static func isOctet(_ part: ArraySlice<UInt8>) -> Bool {
    guard let value = part.decimalValue(maximumDigits: 3), value <= 255 else { return false }
    return part.count == 1 || part.first != UInt8(ascii: "0")
  }

  private static func doubleColon(in text: ArraySlice<UInt8>) -> Int? {
    zip(text.indices, text.indices.dropFirst())
      .first { text[$0] == UInt8(ascii: ":") && text[$1] == UInt8(ascii: ":") }?.0
  }

  private static func hasIPv4(_ text: ArraySlice<UInt8>) -> Bool {
    text.contains(UInt8(ascii: "."))
  }

  private static func groupCountOrEmpty(_ text: ArraySlice<UInt8>) -> Int? {
    text.isEmpty ? 0 : groupCount(text)
  }

  /// How many 16-bit groups the text stands for; `nil` if one is malformed.
  private static func groupCount(_ text: ArraySlice<UInt8>) -> Int? {
    let groups = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard let last = groups.last, groups.dropLast().allSatisfy(isGroup) else { return nil }
    if hasIPv4(last) { return isIPv4(last) ? groups.count + 1 : nil }
    return isGroup(last) ? groups.count : nil
  }

  private static func isGroup(_ group: ArraySlice<UInt8>) -> Bool {
    1...4 ~= group.count && group.allSatisfy { $0.hexadecimalValue != nil }
  }
}
