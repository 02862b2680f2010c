import JSON
import Testing

@testable import ssf_transmitter

@Suite struct LineLogHandlerTests {
  private static let fields: [(name: String, value: String)] = [
    ("time", "2026-09-21T14:13:20.000Z"), ("level", "info"), ("message", "stream made"),
    ("stream_id", "abc"), ("reason", "a \"b\"=c\nd"), ("empty", ""),
  ]

  @Test("logfmt quotes what has blanks, quotes, equals signs or line breaks, and what is empty")
  func logfmt() {
    #expect(
      LineLogHandler(format: .logfmt).line(Self.fields)
        == #"time=2026-09-21T14:13:20.000Z level=info message="stream made" stream_id=abc "#
        + #"reason="a \"b\"=c\nd" empty="""#)
  }

  @Test("JSON lines are one object with the fields as text")
  func json() throws {
    let line = LineLogHandler(format: .json).line(Self.fields)
    #expect(!line.contains("\n"))
    let object = try JSONValue(parsing: Array(line.utf8))
    #expect(object.objectValue?.names == Self.fields.map(\.name))
    for field in Self.fields { #expect(object[field.name] == .string(field.value)) }
  }

  @Test(
    "no text breaks out of its line, steers a terminal or turns its direction",
    arguments: [
      "a\r\nlevel=error", "a\u{1B}[2Jb", "\0", "a\tb", "a\u{7F}b", "a\u{85}b", "a\u{9B}2Jb", "a\u{2028}b",
      "a\u{2029}b", "a\u{202E}b", "a\u{2066}b",
    ])
  func injection(text: String) throws {
    for format in [LineLogHandler.Format.logfmt, .json] {
      let line = LineLogHandler(format: format).line([(name: "message", value: text)])
      let hasControls = line.unicodeScalars.contains { $0.isControl }
      #expect(!hasControls)
      let quoted = format == .json ? line : String(line.dropFirst("message=".count))
      let value = try JSONValue(parsing: Array(quoted.utf8))
      #expect((format == .json ? value["message"] : value) == .string(text))
    }
  }

  @Test("letters of any script are written as they are")
  func letters() {
    let line = LineLogHandler(format: .logfmt).line([(name: "name", value: "Zoë/Жанна/美")])
    #expect(line == "name=Zoë/Жанна/美")
  }

  @Test("a cell of a table stays one")
  func table() {
    let table = Terminal.table(["ID", "REASON"], [["a", "b\r\nc\u{9B}1m\u{2028}"], ["d", "e"]])
    #expect(
      table == #"""
        ID  REASON
        a   b\u000d\u000ac\u009b1m\u2028
        d   e
        """#)
  }
}
