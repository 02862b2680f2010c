import JSON
import TestSupport
import Testing
import Transmitter

@testable import ssf_transmitter

@Suite struct ImportFileTests {
  private func records(_ content: String, _ format: ImportFile.Format) async throws -> [JSONValue] {
    let directory = try TemporaryDirectory()
    let path = directory.file("people")
    try PrivateFile.create(path, Array(content.utf8))
    let file = try ImportFile(path, format: format, mapping: RecordMapping(id: nil, columns: []))
    var records: [JSONValue] = []
    try await file.forEachRecord { records.append($0) }
    return records
  }

  @Test(
    "a file may begin with a byte order mark, whatever its format",
    arguments: [
      ("\"id\",\"mail\"\r\n\"1\",\"a@example.com\"\r\n", .csv),
      ("id,mail\n1,a@example.com\n", .csv),
      (#"{"id": 1, "mail": "a@example.com"}"#, .ndjson),
      (#"[{"id": 1, "mail": "a@example.com"}]"#, .json),
    ] as [(String, ImportFile.Format)])
  func byteOrderMark(content: String, format: ImportFile.Format) async throws {
    let expected: [JSONValue] = [["external_id": "1", "profile": ["mail": "a@example.com"]]]
    for text in [content, "\u{FEFF}" + content] {
      #expect(try await records(text, format) == expected)
    }
  }
}
