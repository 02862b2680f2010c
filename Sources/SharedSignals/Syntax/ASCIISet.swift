/// A set of ASCII characters, such as the grammars of the RFCs are made of. No byte above 127 is ever in it.
struct ASCIISet: Sendable {
  private let bits: UInt128

  private init(bits: UInt128) {
    self.bits = bits
  }

  /// The characters of the text.
  init(_ characters: StaticString) {
    bits = characters.description.utf8.reduce(0) { $0 | (1 << UInt128($1)) }
  }

  func contains(_ byte: UInt8) -> Bool { byte < 128 && (bits >> UInt128(byte)) & 1 == 1 }

  /// Whether there is at least one byte, and all are in the set.
  func matches(_ bytes: some Collection<UInt8>) -> Bool { !bytes.isEmpty && bytes.allSatisfy(contains) }

  static func + (left: ASCIISet, right: ASCIISet) -> ASCIISet { ASCIISet(bits: left.bits | right.bits) }

  static let lowercase = ASCIISet("abcdefghijklmnopqrstuvwxyz")
  static let alpha = lowercase + ASCIISet("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
  static let digit = ASCIISet("0123456789")
  static let alphanumeric = alpha + digit
  static let hexDigit = digit + ASCIISet("abcdefABCDEF")
}
