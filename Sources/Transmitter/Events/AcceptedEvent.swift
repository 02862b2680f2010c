package import JSON

/// The receipt for an event: it is on disk, and so is a delivery for each stream that it goes to.
package struct AcceptedEvent: Hashable, Sendable {
  /// The SET that a stream will get of the event.
  package struct Delivery: Hashable, Sendable {
    package let streamID: String
    package let jti: String
  }

  package let id: Int64
  package let transactionID: String
  package let deliveries: [Delivery]

  /// As the producer gets it, and as it is kept for a repeated submission.
  package var json: JSONValue {
    [
      "id": .string(String(id)),
      "txn": .string(transactionID),
      "deliveries": .array(
        deliveries.map { ["stream_id": .string($0.streamID), "jti": .string($0.jti)] }),
    ]
  }
}

extension AcceptedEvent {
  /// Reads back what `json` wrote; nil if it was not written by it.
  init?(json: JSONValue) {
    guard let id = json["id"]?.stringValue.flatMap(Int64.init), let txn = json["txn"]?.stringValue,
      let deliveries = json["deliveries"]?.arrayValue
    else { return nil }
    self.id = id
    transactionID = txn
    self.deliveries = deliveries.compactMap { delivery in
      guard let stream = delivery["stream_id"]?.stringValue, let jti = delivery["jti"]?.stringValue else {
        return nil
      }
      return Delivery(streamID: stream, jti: jti)
    }
  }
}
