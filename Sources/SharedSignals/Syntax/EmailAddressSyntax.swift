/// The grammar of mail addresses: `addr-spec` of RFC 5322 §3.4.1 without comments and folding, in the size that
/// RFC 5321 §4.5.3.1 can deliver. Letters beyond ASCII are allowed, as in RFC 6532.
enum EmailAddressSyntax {
  static func isAddress(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count <= 254, let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return false }
    return isLocalPart(bytes[..<at]) && isDomain(bytes[(at + 1)...])
  }

  private static let atomCharacters = ASCIISet.alphanumeric + ASCIISet("!#$%&'*+-/=?^_`{|}~")

  private static func isLocalPart(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.count <= 64 && (isDotAtom(bytes) || isQuotedString(bytes))
  }

  private static func isDomain(_ bytes: ArraySlice<UInt8>) -> Bool {
    isDotAtom(bytes) || isDomainLiteral(bytes)
  }

  private static func isDotAtom(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { atom in
      !atom.isEmpty && atom.allSatisfy { atomCharacters.contains($0) || $0 >= 0x80 }
    }
  }

  private static func isQuotedString(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.count >= 2, bytes.first == quote, bytes.last == quote else { return false }
    var isEscaped = false
    for byte in bytes.dropFirst().dropLast() {
      guard isPrintable(byte), isEscaped || byte != quote else { return false }
      isEscaped = !isEscaped && byte == backslash
    }
    return !isEscaped
  }

  private static func isDomainLiteral(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "]") else { return false }
    let literal = bytes.dropFirst().dropLast()
    return literal.starts(with: "IPv6:".utf8)
      ? IPAddressSyntax.isIPv6(literal.dropFirst(5)) : IPAddressSyntax.isIPv4(literal)
  }

  private static let quote = UInt8(ascii: "\"")
  private static let backslash = UInt8(ascii: "\\")

  private static func isPrintable(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F }
}
