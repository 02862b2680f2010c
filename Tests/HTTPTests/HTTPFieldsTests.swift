import HTTP
import Testing

@Suite("RFC 9110 5 fields") struct HTTPFieldsTests {
  @Test("names are looked up without regard to case; the first wins") func lookUp() {
    let fields: HTTPFields = ["X-A": "1", "x-a": "2", "B": "3"]
    #expect(fields["x-A"] == "1")
    #expect(fields.values(of: "X-a") == ["1", "2"])
    #expect(fields["C"] == nil)
    #expect(fields.map(\.name) == ["X-A", "x-a", "B"])
  }

  @Test("setting replaces all of the name in place of the first") func set() {
    var fields: HTTPFields = ["X": "0", "A": "1", "B": "2", "a": "3"]
    fields["a"] = "4"
    #expect(fields == ["X": "0", "A": "4", "B": "2"])
    fields["b"] = nil
    fields["C"] = "5"
    #expect(fields == ["X": "0", "A": "4", "C": "5"])
  }

  @Test("equality disregards the case of names and regards the order") func equality() {
    #expect(HTTPFields(dictionaryLiteral: ("A", "1")) == ["a": "1"])
    #expect(HTTPFields(dictionaryLiteral: ("A", "x")) != ["A": "X"])
    #expect(Set<HTTPFields>([["A": "1"], ["a": "1"]]).count == 1)
  }
}
