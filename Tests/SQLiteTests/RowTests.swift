import Testing

@testable import SQLite

private enum Shade: String, SQLiteBindable {
  case light, dark
}

private enum State: Int, SQLiteBindable {
  case pending, delivered
}

@Suite struct RowTests {
  let directory: TemporaryDirectory
  let database: Database

  init() throws {
    directory = try TemporaryDirectory()
    database = try directory.open()
    try database.executeScript(
      "CREATE TABLE value (i INTEGER, r REAL, t TEXT, b BLOB) STRICT")
  }

  private func store(
    _ integer: (any SQLiteBindable) = Int?.none, real: Double? = nil, text: String? = nil,
    bytes: [UInt8]? = nil
  ) throws {
    try database.execute("INSERT INTO value VALUES (?, ?, ?, ?)", integer, real, text, bytes)
  }

  private func read<T>(_ map: (borrowing Row) throws -> T) throws -> T {
    try #require(try database.first("SELECT i, r, t, b FROM value", map: map))
  }

  @Test("integers come back exactly", arguments: [0, -1, 1 << 53 + 1, .min, .max])
  func integers(value: Int64) throws {
    try store(value)
    #expect(try read { try $0.int64(0) } == value)
    #expect(try read { try $0.int(0) } == Int(value))
    #expect(try read { try $0.optionalInt64(0) } == value)
  }

  @Test("booleans come back", arguments: [true, false])
  func booleans(value: Bool) throws {
    try store(value)
    #expect(try read { try $0.bool(0) } == value)
  }

  @Test("text comes back whole", arguments: ["", "plain", "nul\u{0}inside", "Zürich 🔑 e\u{301}"])
  func texts(value: String) throws {
    try store(text: value)
    #expect(try Array(read { try $0.text(2) }.utf8) == Array(value.utf8))
    #expect(try read { try $0.optionalText(2) } == value)
  }

  @Test("bytes come back whole, and none are not NULL", arguments: [[], [0], [0xff, 0x00, 0x80]])
  func blobs(value: [UInt8]) throws {
    try store(bytes: value)
    #expect(try read { try $0.bytes(3) } == value)
    #expect(try read { try $0.optionalBytes(3) } == value)
  }

  @Test("large text and bytes come back whole")
  func large() throws {
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let text = String(repeating: "0123456789\u{0}ü", count: 200_000)
    try store(text: text, bytes: bytes)
    #expect(try read { try $0.bytes(3) } == bytes)
    #expect(try read { try $0.text(2) } == text)
  }

  @Test("NULL is nil for the optional readers and an error for the others")
  func null() throws {
    try store()
    #expect(try read { try $0.optionalInt64(0) } == nil)
    #expect(try read { try $0.optionalText(2) } == nil)
    #expect(try read { try $0.optionalBytes(3) } == nil)
    let error = #expect(throws: SQLiteError.self) { try read { try $0.text(2) } }
    #expect(error?.code == .mismatch)
    #expect(error?.message == "column 2 (t) holds NULL, not TEXT")
  }

  @Test("a column of another type is an error, not a conversion")
  func mismatch() throws {
    try store(5, text: "12", bytes: [1])
    for read in [{ try $0.int(2) }, { try $0.int(3) }] as [(borrowing Row) throws -> Int] {
      #expect { try self.read(read) } throws: { ResultCode.mismatch ~= $0 }
    }
    #expect { try self.read { try $0.bytes(2) } } throws: { ResultCode.mismatch ~= $0 }
  }

  @Test("a column that is not there is an error", arguments: [-1, 4, 99])
  func range(column: Int) throws {
    try store(5)
    #expect { try read { try $0.int(column) } } throws: { ResultCode.range ~= $0 }
    #expect { try read { try $0.optionalInt64(column) } } throws: { ResultCode.range ~= $0 }
  }

  @Test("text that is not UTF-8 is an error")
  func invalidText() throws {
    try database.execute("INSERT INTO value (t) VALUES (CAST(x'61ff' AS TEXT))")
    #expect { try read { try $0.text(2) } } throws: { ResultCode.mismatch ~= $0 }
  }

  @Test("a type with a raw value is stored as that value and read back")
  func rawValues() throws {
    try database.execute("INSERT INTO value (i, t) VALUES (?, ?)", State.delivered, Shade.dark)
    #expect(try read { try $0.value(0, as: State.self) } == .delivered)
    #expect(try read { try $0.value(2, as: Shade.self) } == .dark)
    #expect(try read { try $0.text(2) } == "dark")
  }

  @Test("a raw value the type does not have is an error that does not show it")
  func unknownRawValue() throws {
    try store(7, text: "s3cret")
    #expect { try read { try $0.value(0, as: State.self) } } throws: { ResultCode.mismatch ~= $0 }
    let error = #expect(throws: SQLiteError.self) { try read { try $0.value(2, as: Shade.self) } }
    #expect(error?.message == "column 2 (t) holds another value, not one of Shade")
  }
}
