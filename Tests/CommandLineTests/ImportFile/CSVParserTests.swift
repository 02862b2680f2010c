import Testing

@testable import ssf_transmitter

@Suite struct CSVParserTests {
  private func rows(_ text: String, pieces: Int = 1) throws -> [[String]] {
    var parser = CSVParser()
    var rows: [[String]] = []
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: pieces) {
      rows += try parser.feed(Array(bytes[start..<min(start + pieces, bytes.count)]))
    }
    if let last = try parser.finish() { rows.append(last) }
    return rows
  }

  @Test(
    "RFC 4180 2 fields, quoted fields and line ends",
    arguments: [
      ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]), ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
      ("a,\n,b\n", [["a", ""], ["", "b"]]), ("\"a,b\",\"c\"\"d\"", [["a,b", "c\"d"]]),
      ("\"two\nlines\",x", [["two\nlines", "x"]]), ("a\n\n\nb", [["a"], ["b"]]), ("\"\"\n", [[""]]),
      ("", []), ("Jos\u{E9},\u{1F600}", [["Jos\u{E9}", "\u{1F600}"]]),
    ], [1, 3, 1000])
  func grammar(example: (text: String, rows: [[String]]), pieces: Int) throws {
    #expect(try rows(example.text, pieces: pieces) == example.rows)
  }

  @Test("a quotation that never ends, or ends within a field, is refused", arguments: ["\"a", "\"a\"b"])
  func malformed(text: String) {
    #expect(throws: ImportFileError.self) { try rows(text) }
  }
}
