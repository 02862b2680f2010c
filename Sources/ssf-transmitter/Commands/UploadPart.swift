import JSON

/// Records that go out together, one to a line.
struct UploadPart {
  private static let mostRecords = 5000

  private(set) var bytes: [UInt8] = []
  private var records = 0

  var isEmpty: Bool { records == 0 }

  /// Adds a record. A longer one than `NDJSONPart.mostBytes` is a part of its own: whether that is too long is for the
  /// daemon to say.
  ///
  /// - Returns: the part before it, where the two would be too much.
  mutating func add(_ record: JSONValue) -> [UInt8]? {
    let line = record.serialized() + [UInt8(ascii: "\n")]
    let full = isFull(before: line) ? bytes : nil
    if full != nil { self = UploadPart() }
    bytes += line
    records += 1
    return full
  }

  private func isFull(before line: [UInt8]) -> Bool {
    !isEmpty && (bytes.count + line.count > NDJSONPart.mostBytes || records == Self.mostRecords)
  }
}
