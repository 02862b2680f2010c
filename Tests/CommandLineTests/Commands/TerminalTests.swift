import JSON
import Testing

@testable import ssf_transmitter

@Suite struct TerminalTests {
  @Test("columns are as wide as their widest cell, and lines do not end in spaces")
  func table() {
    let table = Terminal.table(
      ["ID", "STATUS", "NOTE"], [["a", "enabled", ""], ["much-longer", "x", "é"]])
    #expect(
      table == """
        ID           STATUS   NOTE
        a            enabled
        much-longer  x        é
        """)
  }

  @Test(
    "what others wrote becomes one line that steers no terminal",
    arguments: [
      ("a\u{9B}31mb", "a\\u009b31mb"), ("a\u{202E}b", "a\\u202eb"), ("a\nb\tc", "a\\u000ab\\u0009c"),
      ("é→", "é→"),
    ])
  func lines(text: String, shown: String) {
    let json: JSONValue = ["member": .string(text), "list": [.string(text)]]
    #expect(json.column("member") == shown)
    #expect(json.column("list") == shown)
    #expect(!json.line.unicodeScalars.contains { $0.isControl })
  }

  @Test("the ends of lines stay in a text of several, and nothing else that controls")
  func severalLines() {
    #expect("{\n  \"a\": \"\u{9B}\"\n}".escapingControlsInLines == "{\n  \"a\": \"\\u009b\"\n}")
  }

  @Test("a table without rows is its heading")
  func emptyTable() {
    #expect(Terminal.table(["ID", "STATUS"], []) == "ID  STATUS")
  }
}
