import JSON
import SQLite
import SharedSignals

/// How far a change of many deliveries has come.
package struct ChangeProgress: Sendable {
  /// How many this part has changed.
  package let changed: Int
  /// Where the next part begins; nil after the last.
  package let next: ChangePosition?
}

extension DeliveryArchive {
  /// One request changes what is in at most so many slices, so that none takes long.
  private static let slicesInPart = 20
  private static let longestReason = 1024

  // MARK: - Replay

  /// Sends a settled delivery again: the same SET, behind what waits now, with the time and the tries of a new one.
  ///
  /// - Throws: `ArchiveError` for one that waits or was dropped, and for a farewell; `RegistryError` if its stream is
  ///   gone.
  package func replay(_ jti: String) async throws {
    try await replay(record(jti))
  }

  func replay(_ record: DeliveryRecord) async throws {
    guard !record.isFarewell else { throw ArchiveError.outdated(record.jti) }
    let changed = try await store.transaction { [registry, environment] transaction in
      let stream = try registry.stream(record.streamID, of: .administrator)
      guard stream.status != .disabled else { throw ArchiveError.disabledStream(stream.id) }
      return try transaction.replay([record], of: stream.id, at: environment.now()) > 0
    }
    // It may have changed meanwhile, or be gone.
    guard changed else {
      throw ArchiveError.notReplayable(record.jti, try await self.record(record.jti).state)
    }
    doorbell.ring(record.position.stream)
  }

  /// Sends what fits a filter again, oldest first: by default the dead letters, and never a farewell. A part at a time.
  ///
  /// - Parameters:
  ///   - filter: names the stream, and no state that cannot be replayed.
  ///   - position: where an earlier part ended.
  package func replay(
    _ filter: DeliveryFilter, from position: ChangePosition? = nil
  ) async throws -> ChangeProgress {
    if let state = filter.state, !state.isReplayable { throw ArchiveError.unchangeableState(state) }
    let search = try await ChangeSearch(filter, from: position, in: self)
    let progress = try await change(search) { [registry, environment] transaction, records in
      let stream = try registry.stream(search.streamID, of: .administrator)
      guard stream.status != .disabled else { throw ArchiveError.disabledStream(stream.id) }
      return try transaction.replay(records, of: stream.id, at: environment.now())
    }
    if progress.changed > 0 { doorbell.ring(search.stream) }
    return progress
  }

  // MARK: - Discarding

  /// Gives a dead letter up; it counts as dropped.
  ///
  /// - Parameter reason: for whoever asks later; 1 to 1024 characters.
  package func discard(_ jti: String, because reason: String) async throws {
    try await discard(record(jti), because: reason)
  }

  func discard(_ record: DeliveryRecord, because reason: String) async throws {
    try Self.check(reason)
    let changed = try await store.transaction { [environment] transaction in
      try transaction.discard([record], of: record.streamID, because: reason, at: environment.now()) > 0
    }
    guard changed else {
      throw ArchiveError.notDiscardable(record.jti, try await self.record(record.jti).state)
    }
  }

  /// Gives the dead letters up that fit a filter, which names their stream. A part at a time.
  package func discard(
    _ filter: DeliveryFilter, because reason: String, from position: ChangePosition? = nil
  ) async throws -> ChangeProgress {
    if let state = filter.state, !state.isLetter { throw ArchiveError.unchangeableState(state) }
    try Self.check(reason)
    let search = try await ChangeSearch(filter, from: position, in: self)
    return try await change(search) { [environment] transaction, records in
      try transaction.discard(records, of: search.streamID, because: reason, at: environment.now())
    }
  }

  private static func check(_ reason: String) throws(ArchiveError) {
    guard !reason.isEmpty, reason.hasScalars(atMost: longestReason) else { throw .malformedReason }
  }

  // MARK: - Slices

  /// Changes what a search finds, a slice in each transaction: other commits go between them.
  private func change(
    _ search: ChangeSearch, _ body: @escaping @Sendable (Transaction, [DeliveryRecord]) throws -> Int
  ) async throws -> ChangeProgress {
    var position = search.start
    var changed = 0
    for _ in 0..<Self.slicesInPart {
      let slice = try await store.transaction { [position] transaction in
        let page = try transaction.database.page(of: search, after: position)
        let count = try body(transaction, page.filter(search.admits))
        return (changed: count, next: search.position(after: page))
      }
      changed += slice.changed
      guard let next = slice.next else { return ChangeProgress(changed: changed, next: nil) }
      position = next
    }
    return ChangeProgress(changed: changed, next: search.cursor(at: position))
  }
}

extension Transaction {
  /// Puts deliveries of one stream back into the queue; answers how many were in a state for it.
  fileprivate func replay(_ records: [DeliveryRecord], of stream: String, at now: Timestamp) throws -> Int {
    let changed = try records.filter { try replay($0, at: now) }
    try note(.deliveriesReplayed, changed, of: stream, because: nil, at: now)
    return changed.count
  }

  /// Drops dead letters of one stream; answers how many were ones.
  fileprivate func discard(
    _ records: [DeliveryRecord], of stream: String, because reason: String, at now: Timestamp
  ) throws -> Int {
    let changed = try records.filter { try discard($0, because: reason, at: now) }
    try note(.deliveriesDiscarded, changed, of: stream, because: reason, at: now)
    return changed.count
  }

  /// An entry names the first and the last of a slice.
  private func note(
    _ action: AuditAction, _ records: [DeliveryRecord], of stream: String, because reason: String?,
    at now: Timestamp
  ) throws {
    guard let first = records.first, let last = records.last else { return }
    var after: JSONObject = [
      "count": .integer(Int64(records.count)), "first_jti": .string(first.jti),
      "last_jti": .string(last.jti),
    ]
    after["reason"] = reason.map(JSONValue.string)
    try record(action, .stream(stream), after: after, at: now)
  }

  /// Puts a delivery back into the queue. Answers false if it is in no state for it.
  private func replay(_ record: DeliveryRecord, at now: Timestamp) throws -> Bool {
    guard record.isReplayable, try database.requeue(record, at: now), let total = record.state.total
    else {
      return false
    }
    count(total, -1, of: record.position.stream)
    count(.queued, of: record.position.stream)
    return true
  }

  /// Drops a dead letter. Answers false if it is none.
  private func discard(_ record: DeliveryRecord, because reason: String, at now: Timestamp) throws -> Bool {
    guard record.state.isLetter, try database.discard(record, because: reason, at: now),
      let total = record.state.total
    else { return false }
    count(total, -1, of: record.position.stream)
    count(.dropped, of: record.position.stream)
    return true
  }
}
