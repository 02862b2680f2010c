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

  @Test("no text breaks out of its line", arguments: ["a\r\nlevel=error", "a\u{1B}[2Jb", "\0", "a\tb"])
  func injection(text: String) {
    for format in [LineLogHandler.Format.logfmt, .json] {
      let line = LineLogHandler(format: format).line([(name: "message", value: text)])
      #expect(line.utf8.allSatisfy { $0 >= 0x20 })
    }
  }
}
