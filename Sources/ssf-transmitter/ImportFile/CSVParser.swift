/// Reads comma-separated values (RFC 4180) as they come: fields may be quoted, and then hold commas, line ends and
/// doubled quotation marks. Lines may end with a line feed alone.
struct CSVParser: Sendable {
  private enum State { case start, plain, quoted, quoteInQuoted }

  private let separator: UInt8
  private var state = State.start
  private var field: [UInt8] = []
  private var row: [String] = []

  init(separator: UInt8 = UInt8(ascii: ",")) {
    self.separator = separator
  }

  /// The rows that end in these bytes; blank lines are left out.
  mutating func feed(_ bytes: [UInt8]) throws(ImportFileError) -> [[String]] {
    var rows: [[String]] = []
    for byte in bytes { try take(byte, &rows) }
    return rows
  }

  /// The row after the last line end, if there is one.
  mutating func finish() throws(ImportFileError) -> [String]? {
    if state == .quoted { throw .openQuote }
    guard !row.isEmpty || !field.isEmpty || state != .start else { return nil }
    endField()
    defer { row = [] }
    return row
  }

  private mutating func take(_ byte: UInt8, _ rows: inout [[String]]) throws(ImportFileError) {
    switch (state, byte) {
    case (.quoted, UInt8(ascii: "\"")): state = .quoteInQuoted
    case (.quoted, _): field.append(byte)
    case (.quoteInQuoted, UInt8(ascii: "\"")):
      field.append(byte)
      state = .quoted
    case (.start, UInt8(ascii: "\"")): state = .quoted
    case (_, separator): endField()
    case (_, UInt8(ascii: "\n")): endRow(&rows)
    case (_, UInt8(ascii: "\r")): break
    case (.quoteInQuoted, _): throw .textAfterQuote
    default:
      field.append(byte)
      state = .plain
    }
  }

  private mutating func endField() {
    row.append(String(decoding: field, as: UTF8.self))
    field = []
    state = .start
  }

  private mutating func endRow(_ rows: inout [[String]]) {
    let isBlank = row.isEmpty && field.isEmpty && state == .start
    if !isBlank {
      endField()
      rows.append(row)
    }
    row = []
  }
}
