import JSON
import Testing

/// Documents that RFC 8259 accepts and documents that it refuses, by clause.
@Suite struct JSONGrammarTests {
  @Test(
    "RFC 8259 3 any value is a document",
    arguments: [
      ("null", .null), ("true", true), ("false", false), ("0", 0), ("\"\"", ""), ("[]", []), ("{}", [:]),
      (" \t\r\n1\n", 1), ("[1, [2, []], {}]", [1, [2, []], [:]]), ("[null,true,false]", [nil, true, false]),
      ("{\"a\" : {\"b\":[1]} , \"\":2}", ["a": ["b": [1]], "": 2]),
    ] as [(String, JSONValue)])
  func acceptsValues(text: String, value: JSONValue) throws {
    #expect(try parse(text) == value)
  }

  @Test(
    "RFC 8259 3 what is no single complete value is refused",
    arguments: [
      "", " ", "nul", "nulL", "True", "truefalse", "NaN", "Infinity", "undefined", "'a'", "a", "1 2", "1,",
      "{}}", "[]]",
      "null\0", "\u{0C}1", "\u{A0}1", "\u{2028}1", "#", "@", "<null>", "]", "}", ",", ":",
    ])
  func refusesOtherDocuments(text: String) {
    #expect(throws: JSONSyntaxError.self) { try parse(text) }
  }

  @Test(
    "RFC 8259 4 malformed objects are refused",
    arguments: [
      "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{\"a\"}", "{\"a\",1}",
      "{\"a\":1 \"b\":2}",
      "{a:1}", "{1:1}", "{null:1}", "{'a':1}", "{[]:1}", "{\"a\"::1}", "{\"a\":1,,\"b\":2}", "{\"a\":1]",
      "{:1}",
    ])
  func refusesMalformedObjects(text: String) {
    #expect(throws: JSONSyntaxError.self) { try parse(text) }
  }

  @Test(
    "RFC 8259 5 malformed arrays are refused",
    arguments: [
      "[", "[1", "[1,", "[1,]", "[,]", "[,1]", "[1,,2]", "[1 2]", "[1:2]", "[1}", "[\"a\"", "[[]", "[-]",
      "[*]",
    ])
  func refusesMalformedArrays(text: String) {
    #expect(throws: JSONSyntaxError.self) { try parse(text) }
  }

  @Test("every truncation of a document is refused")
  func refusesTruncations() throws {
    let document = Array(#"{"a":[-1.5e+3,"\u00e9\ud83d\ude00é",{"b":null}],"c":true}"#.utf8)
    _ = try JSONValue(parsing: document)
    for length in document.indices {
      #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: document[..<length]) }
    }
  }

  @Test("members and elements keep their order")
  func keepsOrder() throws {
    let object = try #require(try parse(#"{"z":1,"a":2,"m":3}"#).objectValue)
    #expect(object.names == ["z", "a", "m"])
  }

  @Test("a slice parses by itself, whatever surrounds it")
  func parsesSlices() throws {
    let buffer = Array("xx[1]yy".utf8)
    #expect(try JSONValue(parsing: buffer[2..<5]) == [1])
  }
}
