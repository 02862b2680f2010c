/// The grammar of URIs, RFC 3986 appendix A.
enum URISyntax {
  static let unreserved = ASCIISet.alphanumeric + ASCIISet("-._~")
  static let subDelimiters = ASCIISet("!$&'()*+,;=")
  static let pathCharacters = unreserved + subDelimiters + ASCIISet(":@/")
  static let queryCharacters = pathCharacters + ASCIISet("?")

  /// `URI`: with a scheme, and a fragment if need be.
  static func isURI(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), isScheme(bytes[..<colon]) else { return false }
    let (rest, fragment) = bytes[(colon + 1)...].split(atFirst: "#")
    let (hierarchy, query) = rest.split(atFirst: "?")
    return isHierarchy(hierarchy)
      && isEncoded(query ?? [], with: queryCharacters)
      && isEncoded(fragment ?? [], with: queryCharacters)
  }

  /// `host`, but not the empty one.
  static func isHost(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "]") else {
      return !bytes.isEmpty && isEncoded(bytes, with: unreserved + subDelimiters)
    }
    return IPAddressSyntax.isIPv6(bytes.dropFirst().dropLast())
  }

  /// Whether all bytes are in the set or part of a percent-encoded octet. True of no bytes.
  static func isEncoded(_ bytes: ArraySlice<UInt8>, with allowed: ASCIISet) -> Bool {
    var index = bytes.startIndex
    while index < bytes.endIndex {
      if allowed.contains(bytes[index]) {
        index += 1
      } else {
        guard isPercentEncoded(bytes[index...].prefix(3)) else { return false }
        index += 3
      }
    }
    return true
  }

  private static func isPercentEncoded(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.count == 3 && bytes.first == UInt8(ascii: "%") && ASCIISet.hexDigit.matches(bytes.dropFirst())
  }

  private static let schemeCharacters = ASCIISet.alphanumeric + ASCIISet("+-.")

  private static func isScheme(_ bytes: ArraySlice<UInt8>) -> Bool {
    ASCIISet.alpha.matches(bytes.prefix(1)) && schemeCharacters.matches(bytes)
  }

  private static func isHierarchy(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.starts(with: "//".utf8) else { return isEncoded(bytes, with: pathCharacters) }
    let rest = bytes.dropFirst(2)
    let path = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
    return isAuthority(rest[..<path]) && isEncoded(rest[path...], with: pathCharacters)
  }

  private static let userCharacters = unreserved + subDelimiters + ASCIISet(":")

  private static func isAuthority(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return isHostAndPort(bytes) }
    return isEncoded(bytes[..<at], with: userCharacters) && isHostAndPort(bytes[(at + 1)...])
  }

  private static func isHostAndPort(_ bytes: ArraySlice<UInt8>) -> Bool {
    let portDigits = bytes.reversed().prefix(while: ASCIISet.digit.contains).count
    var host = bytes.dropLast(portDigits)
    host = host.last == UInt8(ascii: ":") ? host.dropLast() : bytes
    return host.isEmpty || isHost(host)
  }
}

extension ArraySlice<UInt8> {
  /// What stands before the first `separator`, and what after it; nil after if there is none.
  func split(atFirst separator: Unicode.Scalar) -> (before: ArraySlice, after: ArraySlice?) {
    guard let index = firstIndex(of: UInt8(ascii: separator)) else { return (self, nil) }
    return (self[..<index], self[(index + 1)...])
  }
}
