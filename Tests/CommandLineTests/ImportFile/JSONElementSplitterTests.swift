import Testing

@testable import ssf_transmitter

@Suite struct JSONElementSplitterTests {
  private func elements(_ text: String, pieces: Int) throws -> [String] {
    var splitter = JSONElementSplitter()
    var elements: [[UInt8]] = []
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: pieces) {
      elements += try splitter.feed(Array(bytes[start..<min(start + pieces, bytes.count)]))
    }
    try splitter.finish()
    return elements.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(
    "the elements of an array come out whole, wherever the pieces are cut",
    arguments: [
      ("[]", []),
      (" [ {\"a\": [1,2]} , {\"b\":\"],}\\\"{\"} ]\n", ["{\"a\": [1,2]}", "{\"b\":\"],}\\\"{\"}"]),
      ("[1,\"x\",null]", ["1", "\"x\"", "null"]),
    ], [1, 2, 100])
  func split(example: (text: String, elements: [String]), pieces: Int) throws {
    #expect(try elements(example.text, pieces: pieces) == example.elements)
  }

  @Test("what is no array, or does not end, is refused", arguments: ["{}", "", "[1", "[1] x", "[\"]"])
  func malformed(text: String) {
    #expect(throws: ImportFileError.self) { try elements(text, pieces: 1) }
  }
}
