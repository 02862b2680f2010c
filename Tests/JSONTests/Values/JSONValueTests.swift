import JSON
import Testing

@Suite struct JSONValueTests {
  @Test("literals make values")
  func literals() {
    let value: JSONValue = ["a": [1, "x", true, nil]]
    #expect(value == .object(["a": .array([.integer(1), .string("x"), .bool(true), .null])]))
  }

  @Test(
    "only the accessor of its type answers for a value",
    arguments: [
      (nil, "null"), (true, "boolean"), (1, "integer"), (.number("1.5"), "number"), ("x", "string"),
      ([1], "array"),
      (["a": 1], "object"),
    ] as [(JSONValue, String)])
  func accessors(value: JSONValue, typeName: String) {
    #expect(value.typeName == typeName)
    #expect(value.boolValue == (typeName == "boolean" ? true : nil))
    #expect(value.integerValue == (typeName == "integer" ? 1 : nil))
    #expect(value.stringValue == (typeName == "string" ? "x" : nil))
    #expect(value.arrayValue == (typeName == "array" ? [1] : nil))
    #expect(value.objectValue == (typeName == "object" ? ["a": 1] : nil))
  }

  @Test("a member is reached by name, in objects only")
  func subscripts() {
    let value: JSONValue = ["a": ["b": 1], "n": nil]
    #expect(value["a"]?["b"] == 1)
    #expect(value["n"] == .null)
    #expect(value["x"] == nil)
    #expect(value["a"]?["b"]?["c"] == nil)
  }

  @Test("RFC 8259 8.3 strings are equal code unit by code unit")
  func comparesCodeUnits() {
    #expect(JSONValue.string("\u{E9}") != .string("e\u{301}"))
    #expect(JSONValue.string("\u{E9}") == .string("é"))
    #expect(Set<JSONValue>(["\u{E9}", "e\u{301}", "é"]).count == 2)
  }

  @Test("values of different types, and spellings of a number, differ")
  func distinguishesTypes() {
    let values: [JSONValue] = [
      nil, false, 0, .number("0.0"), .number("0.00"), "0", "", [], [:], [0], ["": 0],
    ]
    #expect(Set(values).count == values.count)
  }
}
