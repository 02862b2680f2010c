/// Reads comma-separated values (RFC 4180) as they come: fields may be quoted, and then hold commas, line ends and
/// doubled quotation marks. Lines may end with a line feed alone. The text is UTF-8.
struct CSVParser: Sendable {
  private enum State { case start, plain, quoted, quoteInQuoted }

  private let separator: UInt8
  private var state = State.start
  /// After a carriage return, which a line feed has to follow.
  private var isReturning = false
  private var field: [UInt8] = []
  private var row: [String] = []
  /// The rows that have ended; the first names the columns.
  private var count = 0

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
    try endField()
    defer { row = [] }
    return row
  }

  private mutating func take(_ byte: UInt8, _ rows: inout [[String]]) throws(ImportFileError) {
    if isReturning, byte != UInt8(ascii: "\n") { throw .returnAlone(row: count) }
    isReturning = false
    switch (state, byte) {
    case (.quoted, UInt8(ascii: "\"")): state = .quoteInQuoted
    case (.quoted, _): field.append(byte)
    case (.quoteInQuoted, UInt8(ascii: "\"")):
      field.append(byte)
      state = .quoted
    case (.start, UInt8(ascii: "\"")): state = .quoted
    case (_, separator): try endField()
    case (_, UInt8(ascii: "\n")): try endRow(&rows)
    case (_, UInt8(ascii: "\r")): isReturning = true
    case (.quoteInQuoted, _): throw .textAfterQuote
    default:
      field.append(byte)
      state = .plain
    }
  }

  private mutating func endField() throws(ImportFileError) {
    guard let text = String(validating: field, as: UTF8.self) else { throw .notUTF8(row: count) }
    row.append(text)
    field = []
    state = .start
  }

  private mutating func endRow(_ rows: inout [[String]]) throws(ImportFileError) {
    let isBlank = row.isEmpty && field.isEmpty && state == .start
    if !isBlank {
      try endField()
      rows.append(row)
      count += 1
    }
    row = []
  }
}
