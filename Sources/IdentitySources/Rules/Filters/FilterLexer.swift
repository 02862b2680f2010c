import JSON

/// A piece of a filter, and the byte at which it begins.
struct FilterToken: Hashable {
  enum Kind: Hashable {
    case open, close
    /// An attribute, an operator, a number or one of the words `and`, `or`, `not`, `true`, `false`, `null`.
    case word(String)
    case string(String)
    case end
  }

  let kind: Kind
  let offset: Int
}

/// Cuts a filter into tokens (RFC 7644 §3.4.2.2, figure 1). Strings are JSON strings.
struct FilterLexer {
  private let bytes: [UInt8]
  private var offset = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  mutating func next() throws(FilterError) -> FilterToken {
    while offset < bytes.count, bytes[offset] == UInt8(ascii: " ") { offset += 1 }
    let start = offset
    guard offset < bytes.count else { return FilterToken(kind: .end, offset: start) }
    switch bytes[offset] {
    case UInt8(ascii: "("): return single(.open)
    case UInt8(ascii: ")"): return single(.close)
    case UInt8(ascii: "\""): return FilterToken(kind: .string(try string()), offset: start)
    case UInt8(ascii: "["):
      throw error(at: start, "a filter in brackets needs an attribute with parts; no attribute here has any")
    case let byte where Self.isWord(byte): return FilterToken(kind: .word(word()), offset: start)
    default: throw error(at: start, "unexpected character; texts stand in double quotes")
    }
  }

  private mutating func single(_ kind: FilterToken.Kind) -> FilterToken {
    defer { offset += 1 }
    return FilterToken(kind: kind, offset: offset)
  }

  private mutating func word() -> String {
    let start = offset
    while offset < bytes.count, Self.isWord(bytes[offset]) { offset += 1 }
    return String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  private mutating func string() throws(FilterError) -> String {
    let start = offset
    offset += 1
    while offset < bytes.count, bytes[offset] != UInt8(ascii: "\"") {
      offset += bytes[offset] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard offset < bytes.count else { throw error(at: start, "this text has no closing quote") }
    offset += 1
    guard let text = try? JSONValue(parsing: Array(bytes[start..<offset])).stringValue else {
      throw error(at: start, "this is no JSON string; write \\\" for a quote and \\\\ for a backslash")
    }
    return text
  }

  /// Letters, digits and what stands inside attribute names and numbers; every byte beyond ASCII too.
  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...: true
    default: "-_.$:+/".utf8.contains(byte)
    }
  }

  /// - Parameter offset: of the byte that is wrong.
  func error(at offset: Int, _ message: String) -> FilterError {
    let before = bytes.prefix(offset).count { $0 & 0xC0 != 0x80 }
    return FilterError(character: before + 1, message: message)
  }
}
