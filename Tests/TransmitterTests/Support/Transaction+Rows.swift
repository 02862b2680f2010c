import SQLite

@testable import Transmitter

extension Transaction {
  /// Writes a row that tests can recognise.
  func insertClient(_ id: String) throws {
    let client = Client(
      id: id, description: nil, audience: nil, scopes: [], created: Timestamp(milliseconds: 0))
    _ = try database.insert(client)
  }

  /// Writes the row that totals of this stream need.
  func insertStream(_ number: Int64) throws {
    try database.execute(
      """
      INSERT INTO stream (number, id, provisioned, profile, signing_alg, default_subjects, audience, status, method, created_ms, updated_ms)
      VALUES (?, ?, 0, 'ssf-1.0', 'RS256', 'ALL', '', 'enabled', '', 0, 0)
      """,
      number, "stream \(number)")
  }
}
