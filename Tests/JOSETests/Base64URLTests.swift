import JOSE
import Testing

@Suite struct Base64URLTests {
  /// RFC 4648 §10 without its padding, and bytes that need the URL-safe characters.
  static let pairs: [([UInt8], String)] = [
    ([], ""), (Array("f".utf8), "Zg"), (Array("fo".utf8), "Zm8"), (Array("foo".utf8), "Zm9v"),
    (Array("foob".utf8), "Zm9vYg"), (Array("fooba".utf8), "Zm9vYmE"), (Array("foobar".utf8), "Zm9vYmFy"),
    ([0xfb, 0xff, 0xbf], "-_-_"), ([0x00, 0x10, 0x83, 0xff], "ABCD_w"),
    ([3, 236, 255, 224, 193], "A-z_4ME"),
  ]

  @Test("RFC 4648 10 examples encode and decode", arguments: pairs)
  func examples(bytes: [UInt8], text: String) throws {
    #expect(Base64URL.encode(bytes) == text)
    #expect(try Base64URL.decode(text) == bytes)
    #expect(Base64URL.encodedCount(bytes.count) == text.utf8.count)
  }

  @Test("every byte string of every remainder goes through unchanged")
  func roundTrip() throws {
    for count in 0..<70 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 151 + count) }
      #expect(try Base64URL.decode(Base64URL.encode(bytes)) == bytes)
    }
  }

  @Test("appending keeps what was there")
  func appends() {
    var text = Array("a.".utf8)
    Base64URL.append([102, 111].span, to: &text)
    #expect(text == Array("a.Zm8".utf8))
  }

  @Test("every byte outside the alphabet is refused, at every place")
  func foreignCharacters() {
    let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    for byte in UInt8.min...UInt8.max where !alphabet.contains(byte) {
      for offset in 0..<4 {
        var text = Array("AAAA".utf8)
        text[offset] = byte
        #expect(throws: Base64URLError.foreignCharacter(byte, offset: offset)) {
          try Base64URL.decode(text.span)
        }
      }
    }
  }

  @Test(
    "padding, plain base64 and white space are refused",
    arguments: ["Zg==", "Zm8=", "+/+/", "Zm9v\n", " Zm9", "Zm 9v="])
  func otherSpellings(text: String) {
    #expect(throws: Base64URLError.self) { try Base64URL.decode(text) }
  }

  @Test("lengths that no byte string has are refused", arguments: [1, 5, 9])
  func impossibleLengths(count: Int) {
    #expect(throws: Base64URLError.impossibleLength(count)) {
      try Base64URL.decode(String(repeating: "A", count: count))
    }
  }

  @Test(
    "RFC 4648 3.5 bits behind the last byte must be zero",
    arguments: ["Zh", "Zv", "Z_", "Zm9", "Zm-", "AB", "AAB"])
  func trailingBits(text: String) {
    #expect(throws: Base64URLError.trailingBits) { try Base64URL.decode(text) }
  }
}
