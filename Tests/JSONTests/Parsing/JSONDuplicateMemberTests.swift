import JSON
import Testing

@Suite struct JSONDuplicateMemberTests {
  @Test(
    "RFC 7515 4 duplicate members are refused",
    arguments: [
      (#"{"a":1,"a":1}"#, "a"), (#"{"a":1,"b":2,"a":3}"#, "a"), (#"{"a":1,"\u0061":2}"#, "a"),
      (#"{"\u0061":1,"a":2}"#, "a"), (#"{"":1,"":2}"#, ""), (#"[{"x":{"é":1,"\u00e9":2}}]"#, "é"),
      (#"{"\ud83d\ude00":1,"😀":2}"#, "😀"),
    ])
  func refusesDuplicates(text: String, name: String) {
    #expect(reason(of: text) == .duplicateMember(name))
  }

  @Test(
    "RFC 8259 8.3 names are compared by code units",
    arguments: [#"{"a":1,"A":2}"#, #"{"a":1,"a ":2}"#, #"{"\u00e9":1,"e\u0301":2}"#, #"{"a":{"a":1}}"#])
  func acceptsDistinctNames(text: String) {
    #expect(throws: Never.self) { try parse(text) }
  }

  @Test("a duplicate is found in a large object, and reported where it stands")
  func findsDuplicateInLargeObject() {
    let members = (0..<10_000).map { "\"name\($0)\":\($0)" }.joined(separator: ",\n")
    let error = syntaxError(of: Array("{\(members),\n\"name42\":0}".utf8))
    #expect(error?.reason == .duplicateMember("name42"))
    #expect(error?.position == JSONPosition(line: 10_001, column: 1))
  }
}
