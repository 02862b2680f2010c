/// A string that is compared and hashed by its code units (RFC 8259 §8.3).
///
/// Hashing by bytes, too, is deliberate: Swift's hash of a string is equal for canonically equivalent spellings,
/// of which a hostile sender can make thousands.
struct CodeUnits: Hashable {
  private let text: String

  init(_ text: String) {
    self.text = text
  }

  static func == (left: CodeUnits, right: CodeUnits) -> Bool {
    left.text.utf8.count == right.text.utf8.count && left.text.utf8.elementsEqual(right.text.utf8)
  }

  func hash(into hasher: inout Hasher) {
    for byte in text.utf8 {
      hasher.combine(byte)
    }
    // No UTF-8 text holds this byte, so that neighbours in an array cannot trade letters.
    hasher.combine(UInt8.max)
  }
}
