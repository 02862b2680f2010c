/// Cuts the text of a JSON array into the texts of its elements as it comes, so that a large file is never in memory
/// as a whole. Whether an element is JSON is for its parser to say.
struct JSONElementSplitter: Sendable {
  private enum State { case before, inside, after }

  private var state = State.before
  private var depth = 0
  private var isInString = false
  private var isEscaped = false
  private var element: [UInt8] = []

  /// The elements that end in these bytes.
  ///
  /// - Throws: `ImportFileError.noArray` if the text is no array.
  mutating func feed(_ bytes: [UInt8]) throws(ImportFileError) -> [[UInt8]] {
    var elements: [[UInt8]] = []
    for byte in bytes { try take(byte, &elements) }
    return elements
  }

  /// - Throws: `ImportFileError.noArray` if the array has not ended.
  func finish() throws(ImportFileError) {
    guard case .after = state else { throw .noArray }
  }

  private mutating func take(_ byte: UInt8, _ elements: inout [[UInt8]]) throws(ImportFileError) {
    switch state {
    case .inside where isInString: takeInString(byte)
    case .inside: take(inside: byte, &elements)
    case .before where byte == UInt8(ascii: "["): state = .inside
    default: if byte > 0x20 { throw .noArray }
    }
  }

  private mutating func takeInString(_ byte: UInt8) {
    element.append(byte)
    if isEscaped {
      isEscaped = false
    } else if byte == UInt8(ascii: "\\") {
      isEscaped = true
    } else if byte == UInt8(ascii: "\"") {
      isInString = false
    }
  }

  private mutating func take(inside byte: UInt8, _ elements: inout [[UInt8]]) {
    switch byte {
    case UInt8(ascii: ",") where depth == 0: end(&elements)
    case UInt8(ascii: "]") where depth == 0:
      if !element.isEmpty { end(&elements) }
      state = .after
    case ...0x20 where depth == 0: break
    default: takeToken(byte)
    }
  }

  private mutating func takeToken(_ byte: UInt8) {
    element.append(byte)
    switch byte {
    case UInt8(ascii: "\""): isInString = true
    case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
    case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
    default: break
    }
  }

  private mutating func end(_ elements: inout [[UInt8]]) {
    elements.append(element)
    element = []
  }
}
