import SQLite

/// A filter with all that is needed to follow it through an index, newest first. No statement looks at more than a
/// page of rows, whether they fit the filter or not.
struct DeliverySearch: Sendable {
  /// The index that is followed.
  enum Path: Sendable {
    /// Those of one transaction, by event.
    case transaction(String)
    /// What waits, by stream.
    case pending
    /// What failed, by stream.
    case letters
    /// All there are, by event.
    case events
  }

  let filter: DeliveryFilter
  let path: Path
  /// The only stream there can be hits in; nil for any.
  let stream: Int64?
  /// The events there can be hits of.
  let events: Range<Int64>

  /// - Throws: `RegistryError.noSuchStream` for a stream that never was, or of which nothing is left.
  init(_ filter: DeliveryFilter, in database: Database) throws {
    self.filter = filter
    stream = try filter.streamID.map(database.streamNumber)
    let first = try filter.since.map(database.firstEvent(acceptedFrom:)) ?? 0
    events = first..<max(first, try filter.until.map(database.firstEvent(acceptedFrom:)) ?? .max)
    path =
      if let transaction = filter.transactionID { .transaction(transaction) } else if filter.state == .pending
      { .pending } else if filter.state?.isLetter == true { .letters } else { .events }
  }

  /// Before which position the search begins.
  var start: DeliveryPosition {
    switch path {
    case .transaction, .events: DeliveryPosition(stream: .max, event: events.upperBound, sequence: 0)
    case .pending, .letters: DeliveryPosition(stream: stream ?? .max, event: .max, sequence: .max)
    }
  }

  /// Whether there can be no hit from this record on.
  func isBeyond(_ record: DeliveryRecord) -> Bool {
    switch path {
    case .transaction, .events: record.position.event < events.lowerBound
    case .letters:
      record.position.stream < stream ?? 0
        || stream != nil && record.position.event < events.lowerBound
    case .pending: record.position.stream < stream ?? 0
    }
  }
}

/// A part of what a search finds.
package struct DeliveryPage: Sendable {
  package let records: [DeliveryRecord]
  /// Where the next part begins; nil after the last. A part may be short, or empty, and not the last.
  package let next: DeliveryPosition?
}
