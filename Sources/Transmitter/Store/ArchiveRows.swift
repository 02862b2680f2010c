import JOSE
import JSON
import SQLite
import SharedSignals

/// The SQL of what administrators are told of deliveries. Every statement is an index look-up or a page.
extension Database {
  // MARK: - Searching

  func streamNumber(_ id: String) throws -> Int64 {
    let number = try first("SELECT number FROM stream WHERE id = ?", id) { try $0.int64(0) }
    guard let number else { throw RegistryError.noSuchStream(id) }
    return number
  }

  func lastStreamNumber() throws -> Int64 {
    try first("SELECT coalesce(max(number), 0) FROM stream") { try $0.int64(0) } ?? 0
  }

  /// The first event that was accepted at this time or later; what is greater than all if there is none. Events are
  /// numbered as they are accepted: a few probes find it without an index of times.
  func firstEvent(acceptedFrom time: Timestamp) throws -> Int64 {
    var low = try first("SELECT coalesce(min(id), 0) FROM event") { try $0.int64(0) } ?? 0
    var high = try first("SELECT coalesce(max(id), 0) FROM event") { try $0.int64(0) + 1 } ?? 1
    while low < high {
      let middle = low + (high - low) / 2
      let probe = try first("SELECT id, accepted_ms FROM event WHERE id >= ? LIMIT 1", middle) { row in
        (id: try row.int64(0), accepted: Timestamp(milliseconds: try row.int64(1)))
      }
      if let probe, probe.accepted < time { low = probe.id + 1 } else { high = middle }
    }
    return low
  }

  /// The next rows of a search, newest first, whether they fit its filter or not.
  func page(of search: DeliverySearch, before position: DeliveryPosition) throws -> [DeliveryRecord] {
    switch search.path {
    case .transaction(let transaction):
      try query(
        Self.byTransaction, position.event, position.sequence, transaction, Store.pageRows,
        map: DeliveryRecord.init)
    case .pending:
      try query(
        Self.byQueue, position.stream, position.sequence, Store.pageRows, map: DeliveryRecord.init)
    case .letters:
      try query(
        Self.byLetter, position.stream, position.event, position.sequence, Store.pageRows,
        map: DeliveryRecord.init)
    case .events:
      try query(
        Self.byEvent, position.event, position.sequence, Store.pageRows, map: DeliveryRecord.init)
    }
  }

  // Left to itself the planner might sort, or look through a whole table.
  static let byTransaction = """
    SELECT \(DeliveryRecord.columns)
    FROM event e INDEXED BY event_txn CROSS JOIN delivery d INDEXED BY delivery_event ON d.event_id = e.id
    CROSS JOIN stream s ON s.number = d.stream
    WHERE e.txn = ?3 AND e.id <= ?1 AND (e.id < ?1 OR d.seq < ?2) ORDER BY e.id DESC, d.seq DESC LIMIT ?4
    """
  static let byQueue = """
    SELECT \(DeliveryRecord.columns) FROM delivery d INDEXED BY delivery_pending \(DeliveryRecord.joins)
    WHERE d.state = 0 AND (d.stream, d.seq) < (?, ?) ORDER BY d.stream DESC, d.seq DESC LIMIT ?
    """
  static let byLetter = """
    SELECT \(DeliveryRecord.columns) FROM delivery d INDEXED BY delivery_letter \(DeliveryRecord.joins)
    WHERE d.state IN (2, 3) AND (d.stream, d.event_id, d.seq) < (?, ?, ?)
    ORDER BY d.stream DESC, d.event_id DESC, d.seq DESC LIMIT ?
    """
  static let byEvent = """
    SELECT \(DeliveryRecord.columns) FROM delivery d INDEXED BY delivery_event \(DeliveryRecord.joins)
    WHERE (d.event_id, d.seq) < (?, ?) ORDER BY d.event_id DESC, d.seq DESC LIMIT ?
    """

  /// The delivery of this `jti` in one of so many streams: one seek for each.
  func delivery(_ jti: String, in streams: ClosedRange<Int64>) throws -> DeliveryRecord? {
    try first(Self.byJTI, jti, streams.lowerBound, streams.upperBound, map: DeliveryRecord.init)
  }

  static let byJTI = """
    SELECT \(DeliveryRecord.columns)
    FROM stream s CROSS JOIN delivery d ON d.stream = s.number AND d.jti = ?
    CROSS JOIN event e ON e.id = d.event_id
    WHERE s.number BETWEEN ? AND ?
    """

  /// How the SETs of a delivery's stream are signed, also of one that is deleted.
  func algorithm(of delivery: DeliveryRecord) throws -> SignatureAlgorithm {
    let sql = "SELECT signing_alg FROM stream WHERE number = ?"
    return try first(sql, delivery.position.stream) { try $0.value(0) } ?? .rs256
  }

  // MARK: - Events

  func event(_ id: Int64) throws -> EventRecord? {
    try first("SELECT \(EventRecord.columns) FROM event WHERE id = ?", id, map: EventRecord.init)
  }

  /// The first events of a transaction, oldest first.
  func events(of transaction: String, after id: Int64) throws -> [EventRecord] {
    try query(
      "SELECT \(EventRecord.columns) FROM event WHERE txn = ? AND id > ? ORDER BY id LIMIT ?", transaction,
      id,
      Store.pageRows, map: EventRecord.init)
  }
}

extension DeliveryRecord {
  /// What a statement selects to be read so, of the delivery `d`, its stream `s` and its event `e`.
  static let columns = """
    d.stream, d.event_id, d.seq, d.jti, s.id, e.txn, e.type, d.state, e.accepted_ms, d.attempts, d.last_code,
    d.last_status, d.due_ms, d.settled_ms, d.replayed_ms, d.discard_reason, d.farewell
    """

  static let joins =
    "CROSS JOIN stream s ON s.number = d.stream CROSS JOIN event e ON e.id = d.event_id"

  init(_ row: borrowing Row) throws {
    guard let state = DeliveryState(code: try row.int64(7)) else {
      throw StoredValueError(column: "delivery.state")
    }
    try self.init(
      position: DeliveryPosition(stream: row.int64(0), event: row.int64(1), sequence: row.int64(2)),
      isFarewell: row.bool(16), jti: row.text(3), streamID: row.text(4),
      transactionID: row.text(5),
      eventType: EventType(rawValue: row.text(6)), state: state,
      accepted: Timestamp(milliseconds: row.int64(8)), attempts: row.int(9), lastCode: row.optionalText(10),
      lastStatus: row.optionalInt64(11).map(Int.init),
      due: state == .pending ? Timestamp(milliseconds: row.int64(12)) : nil,
      settled: row.optionalInt64(13).map(Timestamp.init(milliseconds:)),
      replayed: row.optionalInt64(14).map(Timestamp.init(milliseconds:)),
      discardReason: row.optionalText(15))
  }
}

extension EventRecord {
  fileprivate static let columns = "id, accepted_ms, type, subject, members, txn, origin"

  fileprivate init(_ row: borrowing Row) throws {
    try self.init(
      id: row.int64(0), accepted: Timestamp(milliseconds: row.int64(1)),
      event: Event(
        type: EventType(rawValue: row.text(2)),
        subject: SubjectIdentifier(json: JSONValue(parsing: Array(row.text(3).utf8)), at: .root),
        members: JSONValue(parsing: Array(row.text(4).utf8)).objectValue ?? [:],
        transactionID: row.text(5),
        origin: row.optionalText(6).flatMap { try JSONValue(parsing: Array($0.utf8)).objectValue }))
  }
}
