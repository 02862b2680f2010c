import JSON
import Testing

@Suite struct JSONSerializationTests {
  private static let sample: JSONValue = [
    "iss": "https://é.example/", "n": [1, .number("1.50"), nil, true, []], "e": ["b": [:], "a": "x"],
  ]

  @Test("compact text has no white space and keeps the order")
  func writesCompact() {
    #expect(
      Self.sample.text()
        == #"{"iss":"https://é.example/","n":[1,1.50,null,true,[]],"e":{"b":{},"a":"x"}}"#)
  }

  @Test("pretty text is indented by two spaces per level")
  func writesPretty() {
    #expect(
      Self.sample.text(.pretty) == """
        {
          "iss": "https://é.example/",
          "n": [
            1,
            1.50,
            null,
            true,
            []
          ],
          "e": {
            "b": {},
            "a": "x"
          }
        }
        """)
  }

  @Test("RFC 8785 3.2.3 canonical text sorts members by UTF-16 code units")
  func sortsCanonically() throws {
    let value = try parse(
      #"""
      {"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": {"b": 1, "a": 2},
       "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"}
      """#)
    let names = try #require(try parse(value.text(.canonical)).objectValue).names
    #expect(names == ["\r", "1", "\u{80}", "\u{F6}", "\u{20AC}", "\u{1F600}", "\u{FB33}"])
    #expect(value.text(.canonical).contains(#""1":{"a":2,"b":1}"#))
  }

  @Test("canonical text does not depend on the order of members")
  func canonicalIgnoresOrder() {
    let one: JSONValue = ["a": 1, "b": [["d": 1, "c": 2]]]
    let other: JSONValue = ["b": [["c": 2, "d": 1]], "a": 1]
    #expect(one.serialized(.canonical) == other.serialized(.canonical))
    #expect(one.text(.canonical) == #"{"a":1,"b":[{"c":2,"d":1}]}"#)
  }

  @Test("RFC 8785 3.2.2.2 only what must be is escaped")
  func escapes() {
    let value: JSONValue = "\"\\/\u{8}\u{C}\n\r\t\u{0}\u{1}\u{1F}\u{7F}é€😀\u{2028}"
    #expect(value.text() == #""\"\\/\b\f\n\r\t\u0000\u0001\u001f"# + "\u{7F}é€😀\u{2028}\"")
  }

  @Test("serializing into a buffer appends")
  func appends() {
    var bytes = Array("data: ".utf8)
    Self.sample.serialize(into: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == "data: " + Self.sample.text())
  }

  @Test(
    "every style parses back to an equal value",
    arguments: [JSONStyle.compact, .pretty, .canonical],
    [
      sample, [], [:], [[]], "", 0, nil, .integer(.min), .integer(.max), .number("-0"), .number("1E400"),
      "\u{0}\"\\\u{10FFFF}e\u{301}\u{E9}", ["\"": ["\\": ["\n": ["": []]]]],
    ] as [JSONValue])
  func roundTrips(style: JSONStyle, value: JSONValue) throws {
    #expect(try JSONValue(parsing: value.serialized(style)) == value)
  }
}
