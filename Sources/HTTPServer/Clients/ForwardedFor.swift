import HTTP
import Sockets

/// Reads the fields in which proxies tell whom they speak for.
enum ForwardedFor {
  /// The `for` parameters of `Forwarded` (RFC 7239 §4), in their order; nil without such a field. What is no address
  /// (`unknown`, `_hidden`, or an element without `for`) is a nil among them.
  static func addresses(in fields: HTTPFields) -> [IPAddress?]? {
    let values = fields.values(of: "Forwarded")
    guard !values.isEmpty else { return nil }
    return values.flatMap { split($0[...], at: ",") }.map { element in
      let pairs = split(element, at: ";").compactMap(pair)
      return pairs.first { $0.name == "for" }.flatMap { node($0.value) }
    }
  }

  /// The addresses of `X-Forwarded-For`, likewise. It has no quoted strings: a quotation mark of the client's must not
  /// swallow what a proxy has put behind it.
  static func legacyAddresses(in fields: HTTPFields) -> [IPAddress?]? {
    let values = fields.values(of: "X-Forwarded-For")
    guard !values.isEmpty else { return nil }
    return values.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }.map {
      node(trimmed($0))
    }
  }

  private static func pair(_ text: Substring) -> (name: String, value: Substring)? {
    guard let equals = text.firstIndex(of: "=") else { return nil }
    return (trimmed(text[..<equals]).lowercased(), trimmed(text[text.index(after: equals)...]))
  }

  /// An address as a node names it: quoted or not, an IPv6 address in brackets or bare, with a port or without.
  private static func node(_ text: Substring) -> IPAddress? {
    var text = text
    if text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") { text = text.dropFirst().dropLast() }
    if let address = IPAddress(String(text)) { return address }
    if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
      let address = IPAddress(String(text[text.index(after: text.startIndex)..<end]))
      return isPort(text[text.index(after: end)...]) ? address.flatMap { $0.family == .v6 ? $0 : nil } : nil
    }
    guard let colon = text.firstIndex(of: ":"), isPort(text[colon...]) else { return nil }
    return IPAddress(String(text[..<colon]))
  }

  /// Nothing, or a colon and a port, which may be hidden (RFC 7239 §6).
  private static func isPort(_ text: Substring) -> Bool {
    guard let first = text.first else { return true }
    let port = text.dropFirst()
    let isHidden = port.hasPrefix("_")
    return first == ":" && !port.isEmpty && (isHidden || port.utf8.allSatisfy { (0x30...0x39).contains($0) })
  }

  /// Splits outside of quoted strings.
  private static func split(_ text: Substring, at separator: Character) -> [Substring] {
    var isQuoted = false
    var isEscaped = false
    return text.split(omittingEmptySubsequences: false) { character in
      defer { isEscaped = isQuoted && character == "\\" && !isEscaped }
      if character == "\"", !isEscaped { isQuoted.toggle() }
      return character == separator && !isQuoted
    }.map(trimmed)
  }

  private static func trimmed(_ text: Substring) -> Substring {
    let isBlank = { (character: Character) in character == " " || character == "\t" }
    var text = text.drop(while: isBlank)
    while let last = text.last, isBlank(last) { text.removeLast() }
    return text
  }
}
