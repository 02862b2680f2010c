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

  @Test("a table without rows is its heading")
  func emptyTable() {
    #expect(Terminal.table(["ID", "STATUS"], []) == "ID  STATUS")
  }
}
