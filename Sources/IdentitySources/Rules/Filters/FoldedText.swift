/// A text made fit for comparisons that ignore case: folded once, compared often.
struct FoldedText: Hashable, Comparable, Sendable {
  private let bytes: [UInt8]

  static let `true` = FoldedText("true")
  static let `false` = FoldedText("false")

  init(_ text: String) {
    var folded = Array(text.utf8)
    var isASCII = true
    for index in folded.indices {
      let byte = folded[index]
      isASCII = isASCII && byte < 0x80
      if byte >= UInt8(ascii: "A"), byte <= UInt8(ascii: "Z") { folded[index] = byte | 0x20 }
    }
    bytes = isASCII ? folded : Array(text.lowercased().utf8)
  }

  var string: String { String(decoding: bytes, as: UTF8.self) }

  static func < (left: FoldedText, right: FoldedText) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }

  func starts(with other: FoldedText) -> Bool {
    bytes.starts(with: other.bytes)
  }

  func ends(with other: FoldedText) -> Bool {
    bytes.count >= other.bytes.count && bytes.suffix(other.bytes.count).elementsEqual(other.bytes)
  }

  func contains(_ other: FoldedText) -> Bool {
    guard bytes.count >= other.bytes.count else { return false }
    return (0...(bytes.count - other.bytes.count)).contains { start in
      bytes[start..<(start + other.bytes.count)].elementsEqual(other.bytes)
    }
  }
}
