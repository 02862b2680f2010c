import SQLite

/// A search for deliveries of one stream to change, in the order of acceptance: what is sent again shall arrive in
/// the order in which it happened.
struct ChangeSearch: Sendable {
  let filter: DeliveryFilter
  let streamID: String
  let stream: Int64
  /// The events there can be hits of; what is accepted from now on is none.
  let events: Range<Int64>
  /// After which position the search begins.
  let start: DeliveryPosition

  /// - Parameter earlier: where an earlier part ended.
  /// - Throws: `ArchiveError.unnamedStream`, or `RegistryError.noSuchStream`.
  init(_ filter: DeliveryFilter, from earlier: ChangePosition?, in archive: DeliveryArchive) async throws {
    guard let streamID = filter.streamID else { throw ArchiveError.unnamedStream }
    self.filter = filter
    self.streamID = streamID
    (stream, events) = try await archive.store.read { database in
      let first = try filter.since.map(database.firstEvent(acceptedFrom:)) ?? 0
      let end =
        try earlier?.end ?? filter.until.map(database.firstEvent(acceptedFrom:)) ?? database.nextEvent
      return (try database.streamNumber(streamID), first..<max(first, end))
    }
    start =
      earlier?.position
      ?? DeliveryPosition(stream: stream, event: events.lowerBound - 1, sequence: .max)
  }

  /// Whether only dead letters are wanted, which have an index of their own.
  var wantsLetters: Bool { filter.state?.isLetter ?? true }

  func admits(_ record: DeliveryRecord) -> Bool {
    record.position.event < events.upperBound && filter.admits(record)
      && (filter.state != nil || record.state.isLetter)
  }

  /// Where the search goes on behind a page; nil after the last. A stream has one delivery of an event: behind that the
  /// event is done with, for what is sent again comes after its other deliveries, and would be found a second time.
  func position(after page: [DeliveryRecord]) -> DeliveryPosition? {
    guard page.count == Store.pageRows, let last = page.last?.position, last.event < events.upperBound
    else { return nil }
    let isDone = page.contains { $0.position.event == last.event && $0.position.stream == stream }
    return isDone ? DeliveryPosition(stream: stream, event: last.event, sequence: .max) : last
  }

  /// What the next part begins with.
  func cursor(at position: DeliveryPosition) -> ChangePosition {
    ChangePosition(position: position, end: events.upperBound)
  }
}
