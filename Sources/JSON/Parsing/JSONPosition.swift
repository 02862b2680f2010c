/// A place in the text of a document, for people: what an editor shows.
package struct JSONPosition: Hashable, Sendable, CustomStringConvertible {
  /// Counted from 1; a line ends with a line feed.
  package let line: Int
  /// Counted from 1, in characters in the sense of Unicode code points.
  package let column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// The position of the byte at `offset`. It reads all bytes before that one, so it is computed only when asked for.
  init(offset: Int, in bytes: [UInt8]) {
    var line = 1
    var column = 1
    for byte in bytes[..<offset] {
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    self.init(line: line, column: column)
  }

  package var description: String { "line \(line), column \(column)" }
}
