/// Base64url without padding, as JOSE uses it (RFC 7515 §2, RFC 4648 §5).
///
/// Decoding accepts exactly one text for each byte string and refuses all others, so that a token cannot be
/// respelled.
package enum Base64URL {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  private static let noSextet: UInt8 = 0xff
  /// The value of each byte of the alphabet, and ``noSextet`` for all others.
  private static let sextets: [UInt8] = {
    var sextets = [UInt8](repeating: noSextet, count: 256)
    for (value, character) in alphabet.enumerated() {
      sextets[Int(character)] = UInt8(value)
    }
    return sextets
  }()

  /// The number of characters that so many bytes encode to.
  package static func encodedCount(_ byteCount: Int) -> Int {
    (byteCount * 8 + 5) / 6
  }

  /// The text of some bytes.
  package static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(encodedCount(bytes.count))
    append(bytes.span, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Appends the text of some bytes.
  package static func append(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
    var position = text.count
    text.append(contentsOf: repeatElement(0, count: encodedCount(bytes.count)))
    // Writing in place takes half the time of appending one by one, and four at a time half of that. Unchecked: the
    // room is counted above, and no sextet is beyond the alphabet.
    var output = text.mutableSpan
    let alphabet = alphabet.span
    let whole = bytes.count / 3 * 3
    for start in stride(from: 0, to: whole, by: 3) {
      let high = UInt32(bytes[unchecked: start]) << 16 | UInt32(bytes[unchecked: start + 1]) << 8
      let group = high | UInt32(bytes[unchecked: start + 2])
      output[unchecked: position] = alphabet[unchecked: Int(group >> 18)]
      output[unchecked: position + 1] = alphabet[unchecked: Int(group >> 12 & 0x3f)]
      output[unchecked: position + 2] = alphabet[unchecked: Int(group >> 6 & 0x3f)]
      output[unchecked: position + 3] = alphabet[unchecked: Int(group & 0x3f)]
      position += 4
    }
    guard whole < bytes.count else { return }
    let isPair = bytes.count - whole == 2
    let rest = UInt32(bytes[whole]) << 8 | (isPair ? UInt32(bytes[whole + 1]) : 0)
    output[position] = alphabet[Int(rest >> 10)]
    output[position + 1] = alphabet[Int(rest >> 4 & 0x3f)]
    if isPair { output[position + 2] = alphabet[Int(rest << 2 & 0x3f)] }
  }

  /// The bytes of a text.
  package static func decode(_ text: String) throws(Base64URLError) -> [UInt8] {
    try decode(text.utf8.span)
  }

  /// The bytes of a text given as ASCII.
  package static func decode(_ text: Span<UInt8>) throws(Base64URLError) -> [UInt8] {
    guard text.count % 4 != 1 else { throw .impossibleLength(text.count) }
    let sextets = sextets
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count * 6 / 8)
    var pending: UInt32 = 0
    var bitCount: UInt32 = 0
    for index in text.indices {
      let sextet = sextets[Int(text[index])]
      guard sextet != noSextet else { throw .foreignCharacter(text[index], offset: index) }
      pending = pending << 6 | UInt32(sextet)
      bitCount += 6
      guard bitCount >= 8 else { continue }
      bitCount -= 8
      bytes.append(UInt8(truncatingIfNeeded: pending >> bitCount))
    }
    guard pending & (1 << bitCount - 1) == 0 else { throw .trailingBits }
    return bytes
  }
}
