/// Reads the field lines of a head or of trailers up to the empty line that ends them (RFC 9112 §5). Keeps
/// offsets only; strings are made once the section is complete. Refuses folding, white space before the
/// colon, names that are no tokens, and sections beyond the limits.
struct FieldSectionReader: Sendable {
  private struct Line {
    let name: Range<Int>
    let value: Range<Int>
  }

  private var scanner: LineScanner
  private let end: Int
  private let maximumCount: Int
  private var lines: [Line] = []

  /// - Parameters:
  ///   - offset: where the section begins in the buffer; nothing before it may be consumed while it is read
  ///   - maximumBytes: for all lines with the empty one
  init(startingAt offset: Int, maximumBytes: Int, maximumCount: Int) {
    scanner = LineScanner(startingAt: offset)
    end = offset + maximumBytes
    self.maximumCount = maximumCount
  }

  /// Reads what has arrived; the offset behind the section once it is complete.
  mutating func read(from buffer: MessageBuffer) throws(MessageFault) -> Int? {
    while let line = try scanner.nextLine(in: buffer, before: end, excess: .headerBlockTooLarge) {
      if line.isEmpty { return scanner.lineStart }
      guard lines.count < maximumCount else { throw .tooManyFields }
      lines.append(try parse(line, in: buffer))
    }
    return nil
  }

  /// The fields of the complete section. Values that are not UTF-8 are repaired; no rule depends on such
  /// bytes.
  func fields(in buffer: MessageBuffer) -> HTTPFields {
    var fields = HTTPFields()
    fields.reserveCapacity(lines.count)
    for line in lines {
      fields.append(
        String(decoding: buffer[line.name], as: UTF8.self),
        String(decoding: buffer[line.value], as: UTF8.self))
    }
    return fields
  }

  /// Whether a field has one of these names, without making strings.
  func contains(anyOf names: [String], in buffer: MessageBuffer) -> Bool {
    lines.contains { line in names.contains { buffer[line.name].equalsIgnoringCase($0.utf8) } }
  }

  private func parse(_ line: Range<Int>, in buffer: MessageBuffer) throws(MessageFault) -> Line {
    let bytes = buffer[line]
    if buffer[line.lowerBound].isBlank { throw lines.isEmpty ? .leadingBlank : .foldedField }
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { throw .missingColon }
    guard bytes[..<colon].isToken else { throw .malformedFieldName }
    let value = bytes[(colon + 1)...].trimmingBlanks
    let shift = line.lowerBound - bytes.startIndex
    return Line(
      name: line.lowerBound..<colon + shift, value: value.startIndex + shift..<value.endIndex + shift)
  }
}
