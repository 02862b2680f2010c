import JSON
import SQLite
import SharedSignals

/// The time in which a stored subject counts; nil is no bound.
struct SubjectTerm: Hashable, Sendable {
  var begin: Timestamp?
  var end: Timestamp?
}

/// The SQL of the subjects that streams store. `stream` is always the number of one.
extension Database {
  // MARK: - Looking up

  /// Whether a stored subject has this key, and counts at this time: one seek.
  func holds(_ key: LookUpKey, of stream: Int64, at now: Timestamp) throws -> Bool {
    let sql =
      key.isWhole
      ? """
      SELECT EXISTS (SELECT 1 FROM subject WHERE stream = ?1 AND digest = ?2
        AND (begin_ms IS NULL OR begin_ms <= ?3) AND (end_ms IS NULL OR end_ms > ?3))
      """
      : "SELECT EXISTS (SELECT 1 FROM subject_part WHERE stream = ?1 AND digest = ?2 AND ending_ms > ?3)"
    return try first(sql, stream, key.digest, now.milliseconds) { try $0.bool(0) } ?? false
  }

  /// The time in which a subject counts; nil if it is not stored.
  func subjectTerm(_ digest: [UInt8], of stream: Int64) throws -> SubjectTerm? {
    try first("SELECT begin_ms, end_ms FROM subject WHERE stream = ? AND digest = ?", stream, digest) { row in
      SubjectTerm(
        begin: try row.optionalInt64(0).map(Timestamp.init(milliseconds:)),
        end: try row.optionalInt64(1).map(Timestamp.init(milliseconds:)))
    }
  }

  // MARK: - Subjects

  func insert(
    _ subject: StoredSubject, shape: Int64, to stream: Int64, isVerified: Bool?, term: SubjectTerm
  ) throws {
    try execute(
      "INSERT INTO subject (stream, digest, shape, verified, begin_ms, end_ms) VALUES (?, ?, ?, ?, ?, ?)",
      stream, subject.digest, shape, isVerified, term.begin?.milliseconds, term.end?.milliseconds)
  }

  /// Answers whether it was otherwise.
  func setVerified(_ subject: StoredSubject, of stream: Int64, to isVerified: Bool) throws -> Bool {
    try execute(
      "UPDATE subject SET verified = ? WHERE stream = ? AND digest = ? AND verified != ?", isVerified, stream,
      subject.digest, isVerified)
    return changes() > 0
  }

  func setEnd(of subject: StoredSubject, of stream: Int64, to end: Timestamp?) throws {
    try execute(
      "UPDATE subject SET end_ms = ? WHERE stream = ? AND digest = ?", end?.milliseconds, stream,
      subject.digest)
  }

  /// Deletes a subject, which is there, and answers the number of its shape.
  func deleteSubject(_ digest: [UInt8], of stream: Int64) throws -> Int64 {
    let shape = try first(
      "DELETE FROM subject WHERE stream = ? AND digest = ? RETURNING shape", stream, digest
    ) { try $0.int64(0) }
    guard let shape else { throw StoredValueError(column: "subject.digest") }
    return shape
  }

  /// Deletes some subjects whose time is over, and answers the shape of each.
  func deleteEndedSubjects(of stream: Int64, atMost limit: Int, at now: Timestamp) throws -> [Int64] {
    try query(
      """
      DELETE FROM subject WHERE stream = ?1 AND digest IN (
        SELECT digest FROM subject WHERE stream = ?1 AND end_ms <= ?2 ORDER BY end_ms LIMIT ?3)
      RETURNING shape
      """,
      stream, now.milliseconds, limit
    ) { try $0.int64(0) }
  }

  // MARK: - Parts

  private static func ending(_ end: Timestamp?) -> Int64 { end?.milliseconds ?? .max }

  func insertParts(of subject: StoredSubject, to stream: Int64, ending end: Timestamp?) throws {
    for part in subject.parts {
      try execute(
        """
        INSERT INTO subject_part (stream, digest, ending_ms, subjects) VALUES (?, ?, ?, 1)
        ON CONFLICT (stream, digest, ending_ms) DO UPDATE SET subjects = subjects + 1
        """,
        stream, part, Self.ending(end))
    }
  }

  /// Takes a subject out of its parts, and deletes those that no other shares. Parts whose time is over may be
  /// gone already.
  func deleteParts(of subject: StoredSubject, of stream: Int64, ending end: Timestamp?) throws {
    for part in subject.parts {
      try execute(
        "UPDATE subject_part SET subjects = subjects - 1 WHERE stream = ? AND digest = ? AND ending_ms = ?",
        stream, part, Self.ending(end))
      try execute(
        "DELETE FROM subject_part WHERE stream = ? AND digest = ? AND ending_ms = ? AND subjects <= 0",
        stream, part, Self.ending(end))
    }
  }

  /// Deletes some parts whose time is over.
  func deleteEndedParts(of stream: Int64, atMost limit: Int, at now: Timestamp) throws {
    let ended = try query(
      """
      SELECT digest, ending_ms FROM subject_part
      WHERE stream = ? AND ending_ms <= ? AND ending_ms < 9223372036854775807 ORDER BY ending_ms LIMIT ?
      """,
      stream, now.milliseconds, limit
    ) { (try $0.bytes(0), try $0.int64(1)) }
    try deleteParts(ended, of: stream)
  }

  /// One by one: given a list of pairs, SQLite would look through all parts of the stream.
  private func deleteParts(_ parts: [(digest: [UInt8], ending: Int64)], of stream: Int64) throws {
    for part in parts {
      try execute(
        "DELETE FROM subject_part WHERE stream = ? AND digest = ? AND ending_ms = ?", stream, part.digest,
        part.ending)
    }
  }

  // MARK: - Shapes

  func loadSubjectShapes() throws -> [Int64: Set<SubjectShape>] {
    let rows = try query("SELECT stream, shape FROM subject_shape") { row in
      (try row.int64(0), try Self.shape(row.text(1)))
    }
    return Dictionary(rows.map { ($0, [$1]) }) { $0.union($1) }
  }

  /// How many subjects a stream stores: the sum of a few rows.
  func countSubjects(of stream: Int64) throws -> Int64 {
    try first("SELECT coalesce(sum(subjects), 0) FROM subject_shape WHERE stream = ?", stream) {
      try $0.int64(0)
    } ?? 0
  }

  /// Counts one more subject of a shape, and answers the shape's number.
  func countIn(_ shape: SubjectShape, of stream: Int64) throws -> Int64 {
    let number = try first(
      """
      INSERT INTO subject_shape (stream, shape, subjects) VALUES (?, ?, 1)
      ON CONFLICT (stream, shape) DO UPDATE SET subjects = subjects + 1 RETURNING number
      """,
      stream, shape.json.text()
    ) { try $0.int64(0) }
    guard let number else { throw StoredValueError(column: "subject_shape.number") }
    return number
  }

  /// Counts one subject of a shape less; answers the shape if that was the last.
  func countOut(_ number: Int64) throws -> SubjectShape? {
    try execute("UPDATE subject_shape SET subjects = subjects - 1 WHERE number = ?", number)
    return try first("DELETE FROM subject_shape WHERE number = ? AND subjects <= 0 RETURNING shape", number) {
      try Self.shape($0.text(0))
    }
  }

  private static func shape(_ text: String) throws -> SubjectShape {
    SubjectShape(json: try JSONValue(parsing: Array(text.utf8)))
  }

  // MARK: - Deleted streams

  /// Deletes a slice of what a deleted stream has stored; answers how many rows. A stream that is there keeps all.
  func deleteSubjects(ofDeleted stream: Int64, atMost limit: Int) throws -> Int {
    let isDeleted = try first("SELECT deleted_ms IS NOT NULL FROM stream WHERE number = ?", stream) {
      try $0.bool(0)
    }
    guard isDeleted == true else { return 0 }
    let parts = try deleteParts(of: stream, atMost: limit)
    if parts > 0 { return parts }
    try execute(
      """
      DELETE FROM subject WHERE stream = ?1 AND digest IN (SELECT digest FROM subject WHERE stream = ?1 LIMIT ?2)
      """,
      stream, limit)
    if changes() > 0 { return changes() }
    // Last: these rows tell a later start that there is something left.
    try execute("DELETE FROM subject_shape WHERE stream = ?", stream)
    return changes()
  }

  private func deleteParts(of stream: Int64, atMost limit: Int) throws -> Int {
    let parts = try query(
      "SELECT digest, ending_ms FROM subject_part WHERE stream = ? LIMIT ?", stream, limit
    ) {
      (try $0.bytes(0), try $0.int64(1))
    }
    try deleteParts(parts, of: stream)
    return parts.count
  }
}
