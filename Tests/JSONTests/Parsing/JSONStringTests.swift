import JSON
import Testing

@Suite struct JSONStringTests {
  @Test(
    "RFC 8259 7 escapes are resolved",
    arguments: [
      (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u0041\u00e9\u00E9\u20AC""#, "Aéé€"),
      (#""\u0000""#, "\0"), (#""\ud83d\ude00 \uD83D\uDE00""#, "😀 😀"),
      (#""\uffff""#, "\u{FFFF}"),
      (#""a\nb\nc""#, "a\nb\nc"), (#""\\u0041""#, #"\u0041"#), (#""\udbff\udfff""#, "\u{10FFFF}"),
    ])
  func resolvesEscapes(text: String, expected: String) throws {
    #expect(try parse(text) == .string(expected))
  }

  @Test(
    "RFC 8259 8.1 UTF-8 passes unchanged",
    arguments: [
      "é", "€", "😀", "\u{7F}", "\u{80}", "\u{7FF}", "\u{800}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}",
      "e\u{301}", "\u{FEFF}",
    ])
  func keepsCharacters(text: String) throws {
    let parsed = try #require(try parse("\"\(text)\"").stringValue)
    #expect(Array(parsed.utf8) == Array(text.utf8))
  }

  @Test(
    "RFC 8259 7 malformed escapes are refused",
    arguments: [
      #""\""#, #""\a""#, #""\x41""#, #""\U0041""#, #""\'""#, #""\0""#, #""\é""#, #""\u""#, #""\u00""#,
      #""\u00g0""#,
      #""\u-041""#, #""\u 041""#, "\"\\\n\"", "\"\\\0\"",
    ])
  func refusesMalformedEscapes(text: String) {
    #expect(throws: JSONSyntaxError.self) { try parse(text) }
  }

  @Test(
    "RFC 8259 8.2 lone surrogates are refused",
    arguments: [
      (#""\ud800""#, 0xD800), (#""\udc00""#, 0xDC00), (#""\ud800x""#, 0xD800), (#""\ud800\n""#, 0xD800),
      (#""\ud800\u0041""#, 0xD800), (#""\ud83d\ud83d\ude00""#, 0xD83D), (#""\ude00\ud83d""#, 0xDE00),
    ] as [(String, UInt16)])
  func refusesLoneSurrogates(text: String, unit: UInt16) {
    #expect(reason(of: text) == .loneSurrogate(unit))
  }

  @Test("RFC 8259 7 control characters in strings are refused", arguments: UInt8(0)..<0x20)
  func refusesControlCharacters(byte: UInt8) {
    let quote = UInt8(ascii: "\"")
    #expect(reason(of: [quote, byte, quote]) == .controlCharacter(byte))
  }

  @Test(
    "RFC 3629 malformed UTF-8 is refused",
    arguments: [
      [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x80, 0x80],
      [0xE0, 0x9F, 0xBF], [0xE2, 0x82],
      [0xE2, 0x82, 0x41], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80],
      [0xF0, 0x8F, 0xBF, 0xBF],
      [0xF0, 0x9F, 0x98], [0xF0, 0x9F, 0x98, 0x41], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
      [0xFE], [0xFF],
    ] as [[UInt8]])
  func refusesMalformedUTF8(bytes: [UInt8]) {
    let quote = UInt8(ascii: "\"")
    #expect(reason(of: [quote] + bytes + [quote]) == .invalidUTF8)
    #expect(reason(of: [quote] + bytes) == .invalidUTF8)
    #expect(reason(of: Array("//".utf8) + bytes + Array("\n1".utf8), options: .configuration) == .invalidUTF8)
  }

  @Test("RFC 8259 8.1 a byte order mark is refused")
  func refusesByteOrderMark() {
    #expect(reason(of: "\u{FEFF}{}") == .byteOrderMark)
    #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: [0xFF, 0xFE, 0x31, 0x00]) }
  }
}
