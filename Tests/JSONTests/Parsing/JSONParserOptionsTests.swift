import JSON
import Testing

@Suite struct JSONParserOptionsTests {
  @Test("nesting up to the limit is accepted, one level more is refused")
  func limitsDepth() {
    func nested(_ levels: Int) -> String {
      String(repeating: "[{\"a\":", count: levels / 2) + "1" + String(repeating: "}]", count: levels / 2)
    }
    #expect(reason(of: nested(64)) == nil)
    #expect(reason(of: nested(66)) == .tooDeep(limit: 64))
    #expect(reason(of: "[1]", options: .init(maximumDepth: 0)) == .tooDeep(limit: 0))
    #expect(reason(of: String(repeating: "[", count: 100_000)) == .tooDeep(limit: 64))
  }

  @Test("only what stands open counts as depth")
  func countsOpenContainersOnly() {
    #expect(reason(of: "[[],{},[[]],[]]", options: .init(maximumDepth: 3)) == nil)
    #expect(
      reason(of: "[[],{},[[]],[],]", options: .init(maximumDepth: 2, allowsCommentsAndTrailingCommas: true))
        == .tooDeep(limit: 2))
  }

  @Test("a document larger than the limit is refused")
  func limitsBytes() {
    #expect(reason(of: "[1]", options: .init(maximumBytes: 3)) == nil)
    #expect(reason(of: "[1] ", options: .init(maximumBytes: 3)) == .tooLarge(limit: 3))
  }

  @Test(
    "comments and trailing commas are accepted in configuration files only",
    arguments: [
      ("// first\n1", 1), ("1 // last", 1), ("/**/1/***/", 1), ("/* a\n * b */ [1, // one\n 2]", [1, 2]),
      ("[1,]", [1]),
      ("[1, /* end */ ]", [1]), ("{\"a\" /*x*/ : /*y*/ 1,}", ["a": 1]), ("[[1,],]", [[1]]),
      ("/* é // */ 1", 1),
      ("// /* \n1", 1), ("//\r\n1", 1),
    ] as [(String, JSONValue)])
  func acceptsCommentsInConfiguration(text: String, value: JSONValue) throws {
    #expect(try JSONValue(parsing: Array(text.utf8), options: .configuration) == value)
    #expect(throws: JSONSyntaxError.self) { try parse(text) }
  }

  @Test(
    "what is neither comment nor trailing comma is refused in configuration files too",
    arguments: [
      "/1", "1 /", "/*", "/*/", "/* *", "//", "# a\n1", "[,]", "{,}", "[1,,]", "1,", "/*/* */*/1", "tr/**/ue",
      "{a:1}",
    ])
  func refusesOtherExtensions(text: String) {
    #expect(throws: JSONSyntaxError.self) {
      try JSONValue(parsing: Array(text.utf8), options: .configuration)
    }
  }

  @Test("comment marks within strings are text")
  func keepsCommentMarksInStrings() throws {
    let value = try JSONValue(parsing: Array("\"https://a/*b*/\"".utf8), options: .configuration)
    #expect(value == "https://a/*b*/")
  }
}
