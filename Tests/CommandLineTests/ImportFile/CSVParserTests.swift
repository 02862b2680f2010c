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
      ("\"a\rb\",c\r\n\r\n", [["a\rb", "c"]]), ("a,b\r", [["a", "b"]]),
      ("", []), ("Jos\u{E9},\u{1F600}", [["Jos\u{E9}", "\u{1F600}"]]),
    ], [1, 3, 1000])
  func grammar(example: (text: String, rows: [[String]]), pieces: Int) throws {
    #expect(try rows(example.text, pieces: pieces) == example.rows)
  }

  @Test("another separator may stand between the fields")
  func separator() throws {
    var parser = CSVParser(separator: UInt8(ascii: ";"))
    let rows = try parser.feed(Array("a,1;\"b;2\"\n".utf8))
    #expect(rows == [["a,1", "b;2"]])
  }

  @Test("what is not UTF-8 is refused with its row, and not repaired")
  func encoding() {
    let bytes = Array("id,name\n1,ok\n2,Jos".utf8) + [0xE9, UInt8(ascii: "\n")]
    let error = #expect(throws: ImportFileError.self) {
      var parser = CSVParser()
      return try parser.feed(bytes)
    }
    #expect(error?.description.hasPrefix("row 2 is not UTF-8") == true)
  }

  @Test(
    "a carriage return alone ends no line, and is not left out", arguments: ["id,name\r1,x\r", "id\na\rb\n"])
  func returnAlone(text: String) {
    #expect(throws: ImportFileError.self) { try rows(text) }
  }

  @Test("a quotation that never ends, or ends within a field, is refused", arguments: ["\"a", "\"a\"b"])
  func malformed(text: String) {
    #expect(throws: ImportFileError.self) { try rows(text) }
  }
}
