import SQLite

/// The SQL of uploads.
extension Database {
  func insert(_ upload: Upload, number: Int, of session: Int64) throws {
    try execute(
      "INSERT INTO import_upload (session, number, kind, records, content) VALUES (?, ?, ?, ?, ?)",
      session, number, upload.kind.rawValue, upload.records, upload.content)
  }

  /// An upload by its number, which counts from 1 within the session.
  func upload(_ number: Int, of session: Int64) throws -> StoredUpload? {
    try first("SELECT kind, content FROM import_upload WHERE session = ? AND number = ?", session, number) {
      row in
      StoredUpload(kind: try row.value(0), content: try row.bytes(1))
    }
  }
}

/// An upload as it waits for its import.
struct StoredUpload: Sendable {
  let kind: Upload.Kind
  let content: [UInt8]
}
