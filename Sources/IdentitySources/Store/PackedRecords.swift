/// Records of several fields, packed into one blob: what was uploaded is parsed once, when it arrives, and read many
/// times faster when it is imported. Each field is its length in four bytes, the least significant first, and its
/// bytes.
struct PackedRecords: Sendable {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ field: some Collection<UInt8>) {
    let count = UInt32(field.count)
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: count >> shift))
    }
    bytes.append(contentsOf: field)
  }
}

/// Reads fields in the order in which they were packed.
struct PackedRecordReader: Sendable {
  private let bytes: [UInt8]
  private var index = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  var isAtEnd: Bool { index >= bytes.count }

  /// The next field; what was cut off is read as empty.
  mutating func next() -> ArraySlice<UInt8> {
    guard index + 4 <= bytes.count else {
      index = bytes.count
      return []
    }
    var count = 0
    for offset in 0..<4 { count |= Int(bytes[index + offset]) << (8 * offset) }
    let start = index + 4
    index = min(start + count, bytes.count)
    return bytes[start..<index]
  }

  mutating func text() -> String { String(decoding: next(), as: UTF8.self) }
}
