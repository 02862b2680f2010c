/// Bytes that arrived and are not read yet. Readers address them by offset from the first unread byte, so
/// offsets stay good until something is consumed. Consumed bytes are dropped in bulk: each byte is moved a
/// bounded number of times however small the pieces are.
struct MessageBuffer: Sendable {
  private var storage: [UInt8] = []
  /// Index in `storage` of the first unread byte.
  private var first = 0

  var count: Int { storage.count - first }
  var isEmpty: Bool { count == 0 }

  subscript(offset: Int) -> UInt8 { storage[first + offset] }

  subscript(range: Range<Int>) -> ArraySlice<UInt8> {
    storage[first + range.lowerBound..<first + range.upperBound]
  }

  mutating func append(_ bytes: some Sequence<UInt8>) {
    dropConsumed()
    storage.append(contentsOf: bytes)
  }

  mutating func consume(_ length: Int) {
    first += length
  }

  /// Moves up to `length` bytes from the front to the end of `target`; returns how many there were.
  mutating func move(upTo length: Int, to target: inout [UInt8]) -> Int {
    let available = Swift.min(length, count)
    target.append(contentsOf: self[0..<available])
    consume(available)
    return available
  }

  /// The offset of the first control character (HTAB is none) in `range`.
  func firstControl(in range: Range<Int>) -> Int? {
    let bytes = storage.span
    for index in first + range.lowerBound..<first + range.upperBound where bytes[index].isControl {
      return index - first
    }
    return nil
  }

  private mutating func dropConsumed() {
    guard first > 0, first >= count else { return }
    storage.removeFirst(first)
    first = 0
  }
}
