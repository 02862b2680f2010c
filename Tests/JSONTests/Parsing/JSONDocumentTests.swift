import JSON
import Testing

@Suite struct JSONDocumentTests {
  private static let text = """
    // Limits of the daemon
    {
      "issuer": "https://é.example", "x": 1,
      "public": {
        "listen": ["127.0.0.1:8080",
          {"a/b": null}]
      },
    }
    """

  @Test(
    "members are found at their name, elements at their first byte",
    arguments: [
      (.root, 2, 1), (["issuer"], 3, 3), (["x"], 3, 34), (["public"], 4, 3), (["public", "listen"], 5, 5),
      (["public", "listen", "0"], 5, 16), (["public", "listen", "1"], 6, 7),
      (["public", "listen", "1", "a/b"], 6, 8),
    ] as [(JSONPointer, Int, Int)])
  func locatesValues(pointer: JSONPointer, line: Int, column: Int) throws {
    let document = try JSONDocument(parsing: Array(Self.text.utf8), options: .configuration)
    #expect(document.position(of: pointer) == JSONPosition(line: line, column: column))
  }

  @Test("what the document does not hold has no position")
  func doesNotLocateOtherValues() throws {
    let document = try JSONDocument(parsing: Array(Self.text.utf8), options: .configuration)
    #expect(document.position(of: ["unknown"]) == nil)
    let list = document.position(of: ["public", "listen"])
    #expect(document.position(around: ["public", "listen", "2"]) == list)
    #expect(document.position(of: ["public", "listen", "2"]) == nil)
  }

  @Test("the value is the same as without positions")
  func holdsTheValue() throws {
    let bytes = Array(Self.text.utf8)
    let document = try JSONDocument(parsing: bytes, options: .configuration)
    #expect(document.value == (try JSONValue(parsing: bytes, options: .configuration)))
  }

  @Test("a scalar document has its position, behind leading space")
  func locatesRoot() throws {
    #expect(
      try JSONDocument(parsing: Array("\n 1".utf8)).position(of: .root) == JSONPosition(line: 2, column: 2))
  }

  @Test("syntax errors are thrown, and comments refused unless allowed")
  func throwsSyntaxErrors() {
    #expect(throws: JSONSyntaxError.self) { try JSONDocument(parsing: Array(Self.text.utf8)) }
  }
}
