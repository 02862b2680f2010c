import JSON
import Testing

@testable import ssf_transmitter

@Suite struct NDJSONPartTests {
  private func parts(_ text: String, atMost mostBytes: Int) -> [(text: String, linesBefore: Int)] {
    NDJSONPart.parts(of: Array(text.utf8), atMost: mostBytes).map { part in
      (String(decoding: part.bytes, as: UTF8.self), part.linesBefore)
    }
  }

  @Test(
    "an input is cut at the ends of lines, and not at all where it fits",
    arguments: [
      ("", []), ("aa\nbb\n", ["aa\nbb\n"]), ("aa\nbb", ["aa\nbb"]), ("aa\nbb\ncc\n", ["aa\nbb\n", "cc\n"]),
      ("aa\nbb\ncc", ["aa\nbb\n", "cc"]), ("a\nlonger than most\nb\n", ["a\n", "longer than most\n", "b\n"]),
      ("longer than most", ["longer than most"]),
    ] as [(String, [String])])
  func cuts(input: String, expected: [String]) {
    #expect(parts(input, atMost: 6).map(\.text) == expected)
  }

  @Test("lines are counted over all parts, blank ones too; a part of nothing else is left out")
  func blankLines() {
    let found = parts("aa\n\n\n\n\n\n\n \r\n\nbb\n", atMost: 4)
    #expect(found.map(\.text) == ["aa\n\n", "\nbb\n"])
    #expect(found.map(\.linesBefore) == [0, 8])
    #expect(parts("\n \t\r\n\n", atMost: 4).isEmpty)
  }

  @Test("a part has a key of its own, and the first that of the input")
  func keys() {
    let parts = NDJSONPart.parts(of: Array("a\nb\nc\n".utf8), atMost: 2)
    #expect(parts.map { $0.idempotencyKey("ticket") } == ["ticket", "ticket/2", "ticket/3"])
  }

  @Test("results are numbered as the lines of the whole input")
  func results() throws {
    let part = try #require(NDJSONPart.parts(of: Array("a\nb\nc\n".utf8), atMost: 2).last)
    let answer = Array("{\"line\":1,\"status\":202}\n{\"line\":2,\"status\":400}\n".utf8)
    #expect(
      try part.results(answer) == "{\"line\":3,\"status\":202}\n{\"line\":4,\"status\":400}\n")
  }
}
