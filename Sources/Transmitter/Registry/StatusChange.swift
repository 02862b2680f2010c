import SQLite
import SharedSignals

extension Transaction {
  /// Gives a stream another status. Disabling dooms what is queued (SSF §8.1.2.1). A farewell that the receiver has
  /// not taken is out of date: it is dropped, so that it cannot arrive after what is true now.
  func change(_ stream: inout Stream, to status: StreamStatus, at now: Timestamp) throws {
    stream.status = status
    if status == .disabled { stream.droppedThrough = try database.lastDelivery(of: stream.number) }
    for farewell in try database.pendingFarewells(of: stream.number)
    where try database.settle(farewell, as: .dropped, nil, at: now) {
      count(.dropped, of: stream.number)
    }
  }
}

extension Database {
  fileprivate func pendingFarewells(of stream: Int64) throws -> [DeliveryKey] {
    try query("SELECT seq, order_key FROM delivery WHERE stream = ? AND state = 0 AND farewell = 1", stream) {
      DeliveryKey(sequence: try $0.int64(0), stream: stream, orderKey: try $0.bytes(1))
    }
  }
}
