import HTTP
import JOSE
import JSON
import OpenSSL
import SQLite
import SharedSignals

/// The SQL of streams. A stream's authorization header is sealed under the stream's id.
extension Database {
  func loadStreams(_ sealer: Sealer) throws -> [Stream] {
    let subjectShapes = try loadSubjectShapes()
    return try query(
      """
      SELECT number, id, client_id, audience, status, reason, method, endpoint_url, authorization_header,
        events_requested, description, created_ms, updated_ms, verified_ms, dropped_through, profile, provisioned,
        default_subjects, signing_alg, horizon_ms, rate_limit, client_certificate, client_key
      FROM stream WHERE deleted_ms IS NULL
      """
    ) { row in
      let id = try row.text(1)
      return try Stream(
        number: row.int64(0), id: id, clientID: row.optionalText(2), isProvisioned: row.bool(16),
        audience: row.text(3),
        form: TokenForm(profile: row.value(15), algorithm: row.value(18)),
        settings: ReceiverSettings(
          delivery: StreamDelivery(
            method: Self.method(row.text(6)), endpoint: row.optionalText(7),
            header: row.optionalBytes(8).map { try sealer.open($0, context: Stream.sealingContext(id)) }),
          eventsRequested: row.optionalText(9).map(Self.strings),
          description: row.optionalText(10)),
        terms: DeliveryTerms(
          horizon: row.optionalInt64(19).map { .milliseconds($0) },
          rateLimit: row.optionalInt64(20).map { Int($0) },
          identity: Self.identity(row.optionalText(21), row.optionalBytes(22), of: id, sealer)),
        status: Self.status(row.text(4)), reason: row.optionalText(5),
        created: Timestamp(milliseconds: row.int64(11)), updated: Timestamp(milliseconds: row.int64(12)),
        verificationRequested: row.optionalInt64(13).map(Timestamp.init(milliseconds:)),
        droppedThrough: row.int64(14), defaultSubjects: row.value(17),
        subjectShapes: subjectShapes[row.int64(0), default: []])
    }
  }

  /// Inserts a draft and answers it with its number.
  func insert(_ stream: Stream, _ sealer: Sealer) throws -> Stream {
    try execute(
      """
      INSERT INTO stream (id, client_id, audience, status, reason, method, endpoint_url, authorization_header,
        events_requested, description, created_ms, updated_ms, profile, provisioned,
        default_subjects, signing_alg, horizon_ms, rate_limit, client_certificate, client_key)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      stream.id, stream.clientID, stream.audience, stream.status.rawValue, stream.reason,
      stream.settings.delivery.method.rawValue, stream.settings.delivery.pushTarget?.endpoint.description,
      try stream.sealedHeader(sealer), stream.settings.eventsRequested.map(Self.text),
      stream.settings.description, stream.created.milliseconds, stream.updated.milliseconds,
      stream.form.profile.rawValue, stream.isProvisioned, stream.defaultSubjects.rawValue,
      stream.form.algorithm.rawValue, stream.terms.horizon?.wholeMilliseconds, stream.terms.rateLimit,
      stream.terms.certificateChain, try stream.sealedKey(sealer))
    return stream.numbered(lastInsertedRowID)
  }

  func update(_ stream: Stream, _ sealer: Sealer) throws {
    try execute(
      """
      UPDATE stream SET status = ?, reason = ?, method = ?, endpoint_url = ?, authorization_header = ?,
        events_requested = ?, description = ?, updated_ms = ?, verified_ms = ?, dropped_through = ?, profile = ?,
        signing_alg = ?, horizon_ms = ?, rate_limit = ?, client_certificate = ?, client_key = ?
      WHERE number = ?
      """,
      stream.status.rawValue, stream.reason, stream.settings.delivery.method.rawValue,
      stream.settings.delivery.pushTarget?.endpoint.description, try stream.sealedHeader(sealer),
      stream.settings.eventsRequested.map(Self.text), stream.settings.description,
      stream.updated.milliseconds, stream.verificationRequested?.milliseconds, stream.droppedThrough,
      stream.form.profile.rawValue, stream.form.algorithm.rawValue, stream.terms.horizon?.wholeMilliseconds,
      stream.terms.rateLimit, stream.terms.certificateChain, try stream.sealedKey(sealer), stream.number)
  }

  /// Takes a stream away from its owner; its row stays until its deliveries are settled. The secret goes now.
  func delete(_ stream: Stream) throws {
    try execute(
      """
      UPDATE stream SET deleted_ms = ?, dropped_through = ?, authorization_header = NULL, client_key = NULL
      WHERE number = ?
      """,
      stream.updated.milliseconds, stream.droppedThrough, stream.number)
  }

  private static func identity(
    _ chain: String?, _ key: [UInt8]?, of id: String, _ sealer: Sealer
  ) throws -> TLSClientIdentity? {
    guard let chain, let key else { return nil }
    return try TLSClientIdentity(
      certificateChain: Array(chain.utf8), privateKey: sealer.open(key, context: Stream.keySealingContext(id))
    )
  }

  private static func status(_ text: String) throws -> StreamStatus {
    guard let status = StreamStatus(rawValue: text) else { throw StoredValueError(column: "stream.status") }
    return status
  }

  private static func method(_ text: String) throws -> DeliveryMethodURI {
    guard let method = DeliveryMethodURI(rawValue: text) else {
      throw StoredValueError(column: "stream.method")
    }
    return method
  }

  private static func text(_ strings: [String]) -> String {
    JSONValue.array(strings.map(JSONValue.string)).text()
  }

  private static func strings(_ text: String) throws -> [String] {
    try JSONValue(parsing: Array(text.utf8)).arrayValue?.compactMap(\.stringValue) ?? []
  }
}

/// A stored value that this version cannot have written.
struct StoredValueError: Error, CustomStringConvertible {
  let column: String

  var description: String {
    "the database holds an impossible value in \(column); restore it from a backup"
  }
}

extension StreamDelivery {
  fileprivate init(method: DeliveryMethodURI, endpoint: String?, header: [UInt8]?) throws {
    guard let endpoint else {
      self = .poll(method)
      return
    }
    self = .push(
      PushTarget(
        method: method, endpoint: try HTTPURL(parsing: endpoint),
        authorizationHeader: header.map { String(decoding: $0, as: UTF8.self) }))
  }
}

extension Stream {
  static func sealingContext(_ id: String) -> String { "authorization-header|\(id)" }
  static func keySealingContext(_ id: String) -> String { "client-key|\(id)" }

  fileprivate func sealedHeader(_ sealer: Sealer) throws -> [UInt8]? {
    try settings.delivery.pushTarget?.authorizationHeader.map {
      try sealer.seal(Array($0.utf8), context: Self.sealingContext(id))
    }
  }

  fileprivate func sealedKey(_ sealer: Sealer) throws -> [UInt8]? {
    guard var key = try terms.identity?.privateKey() else { return nil }
    defer { cleanse(&key) }
    return try sealer.seal(key, context: Self.keySealingContext(id))
  }

  fileprivate func numbered(_ number: Int64) -> Stream {
    Stream(
      number: number, id: id, clientID: clientID, isProvisioned: isProvisioned, audience: audience,
      form: form, settings: settings, terms: terms, status: status,
      reason: reason, created: created, updated: updated, verificationRequested: verificationRequested,
      droppedThrough: droppedThrough, defaultSubjects: defaultSubjects, subjectShapes: subjectShapes)
  }
}
