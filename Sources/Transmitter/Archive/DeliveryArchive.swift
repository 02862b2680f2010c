import JOSE
import SQLite
import SharedSignals

/// What administrators are told of deliveries, and what they may do with them.
package struct DeliveryArchive: Sendable {
  /// An answer comes of at most so many pages of rows: what is rare among many takes several.
  private static let pagesInAnswer = 20
  /// The streams that one statement looks for a `jti` in.
  private static let streamsAtOnce: Int64 = 500

  let store: Store
  let registry: StreamRegistry
  private let keys: KeyRing
  private let signing: SigningPool
  let doorbell: Doorbell
  private let issuer: String
  let environment: Environment

  package init(
    store: Store, registry: StreamRegistry, keys: KeyRing, signing: SigningPool, doorbell: Doorbell,
    issuer: String, environment: Environment
  ) {
    self.store = store
    self.registry = registry
    self.keys = keys
    self.signing = signing
    self.doorbell = doorbell
    self.issuer = issuer
    self.environment = environment
  }

  // MARK: - Listing

  /// What fits a filter, newest first; what waits or failed is listed stream by stream.
  ///
  /// - Parameter position: where an earlier part ended.
  /// - Throws: `RegistryError.noSuchStream` for a filter with a stream that never was.
  package func list(
    _ filter: DeliveryFilter, from position: DeliveryPosition? = nil, atMost limit: Int
  ) async throws -> DeliveryPage {
    if let jti = filter.jti {
      let found = try await find(jti, stream: filter.streamID).flatMap { filter.admits($0) ? $0 : nil }
      return DeliveryPage(records: found.map { [$0] } ?? [], next: nil)
    }
    let search = try await store.read { try DeliverySearch(filter, in: $0) }
    return try await follow(search, from: position ?? search.start, atMost: limit)
  }

  private func follow(
    _ search: DeliverySearch, from start: DeliveryPosition, atMost limit: Int
  ) async throws -> DeliveryPage {
    var found: [DeliveryRecord] = []
    var position = start
    for _ in 0..<Self.pagesInAnswer {
      let page = try await store.read { [position] in try $0.page(of: search, before: position) }
      for record in page {
        if search.isBeyond(record) { return DeliveryPage(records: found, next: nil) }
        if search.filter.admits(record) { found.append(record) }
        position = record.position
        if found.count == limit { return DeliveryPage(records: found, next: position) }
      }
      if page.count < Store.pageRows { return DeliveryPage(records: found, next: nil) }
    }
    return DeliveryPage(records: found, next: position)
  }

  // MARK: - Showing

  /// Everything that is known of one delivery.
  ///
  /// - Throws: `ArchiveError.noSuchDelivery`.
  package func show(_ jti: String) async throws -> DeliveryDetail {
    let record = try await record(jti)
    let rows = try await store.read { [issuer] database in
      (
        delivery: try database.pendingDelivery(record.position.sequence, issuer: issuer),
        attempts: try database.attempts(of: record.position.sequence),
        event: try database.event(record.eventID), algorithm: try database.algorithm(of: record)
      )
    }
    // It may have gone meanwhile.
    guard let delivery = rows.delivery, let event = rows.event else { throw ArchiveError.noSuchDelivery(jti) }
    let compact =
      record.state == .dropped
      ? nil : try await signing.sign(delivery, with: keys.active(rows.algorithm, for: .set))
    return DeliveryDetail(
      record: record, token: try delivery.token.read(), profile: delivery.profile, compact: compact,
      attempts: rows.attempts + record.success, event: event)
  }

  /// The events of a transaction, oldest first.
  ///
  /// - Parameter id: the last one that is known already.
  package func events(of transaction: String, after id: Int64 = 0) async throws -> [EventRecord] {
    try await store.read { try $0.events(of: transaction, after: id) }
  }

  /// - Throws: `ArchiveError.noSuchDelivery`.
  func record(_ jti: String) async throws -> DeliveryRecord {
    guard let record = try await find(jti, stream: nil) else { throw ArchiveError.noSuchDelivery(jti) }
    return record
  }

  private func find(_ jti: String, stream id: String?) async throws -> DeliveryRecord? {
    if let id {
      return try await store.read { database in
        let stream = try database.streamNumber(id)
        return try database.delivery(jti, in: stream...stream)
      }
    }
    var last = try await store.read { try $0.lastStreamNumber() }
    while last > 0 {
      let streams = max(last - Self.streamsAtOnce + 1, 1)...last
      if let found = try await store.read({ try $0.delivery(jti, in: streams) }) { return found }
      last = streams.lowerBound - 1
    }
    return nil
  }
}

extension DeliveryRecord {
  /// The attempt that succeeded, which is told by the delivery itself.
  fileprivate var success: [AttemptRecord] {
    guard state == .delivered, let settled, let lastCode else { return [] }
    return [AttemptRecord(number: attempts, ended: settled, code: lastCode, status: lastStatus, answer: [])]
  }
}
