import JSON
import Testing

@Suite struct JSONSyntaxErrorTests {
  @Test(
    "an error names position and cause",
    arguments: [
      ("", "line 1, column 1: expected a value but the document ends"),
      ("[1,]", "line 1, column 4: expected a value but found ']'"),
      ("{\n  \"a\": 1\n  \"b\": 2\n}", "line 3, column 3: expected a comma or } but found '\"'"),
      ("[1\n", "line 2, column 1: expected a comma or ] but the document ends"),
      ("{\r\n\"é😀\" 1}", "line 2, column 6: expected a colon but found '1'"),
      ("{a}", "line 1, column 2: expected a member name in quotation marks but found 'a'"),
      ("nil", "line 1, column 2: expected true, false or null but found 'i'"),
      ("-x", "line 1, column 2: expected a digit but found 'x'"),
      ("1 // x", "line 1, column 3: expected the end of the document but found '/'"),
      ("\u{2028}", "line 1, column 1: expected a value but found byte 0xE2"),
      ("\"a", "line 1, column 3: expected a closing quotation mark but the document ends"),
      ("\"a\n\"", "line 1, column 3: byte 0x0A in a string must be escaped"),
      ("[007]", "line 1, column 2: a number must not begin with a zero that is followed by a digit"),
      (
        #""é\q""#,
        #"line 1, column 4: a backslash must not be followed by 'q', only by one of " \ / b f n r t u"#
      ),
      (#""\u12""#, "line 1, column 6: expected four hexadecimal digits but found '\"'"),
      (#""ab\udc00""#, #"line 1, column 4: \udc00 is half of a surrogate pair"#),
      (#"{"a":1, "a":2}"#, #"line 1, column 9: the object has two members "a""#),
      (#"{"\n":1, "\n":2}"#, #"line 1, column 10: the object has two members "\n""#),
      (
        "\u{FEFF}1",
        "line 1, column 1: the document begins with a byte order mark; save it as UTF-8 without one"
      ),
    ])
  func describesErrors(text: String, description: String) {
    #expect(syntaxError(of: Array(text.utf8))?.description == description)
  }

  @Test("limits and malformed UTF-8 are named as such")
  func describesLimits() {
    let options = JSONParser.Options(maximumDepth: 1, maximumBytes: 4)
    #expect(
      syntaxError(of: Array("[[]]".utf8), options: options)?.description
        == "line 1, column 2: arrays and objects are nested deeper than 1 levels")
    #expect(
      syntaxError(of: Array("[1,2]".utf8), options: options)?.description
        == "line 1, column 1: the document is larger than 4 bytes")
    #expect(
      syntaxError(of: [0x22, 0x61, 0xFF, 0x22])?.description
        == "line 1, column 3: the text is not valid UTF-8")
  }
}
