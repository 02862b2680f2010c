import SQLite
import SharedSignals

extension Transaction {
  /// Gives a stream another status. Disabling dooms what is queued (SSF §8.1.2.1). A farewell that the receiver has
  /// not taken is out of date: it is dropped, so that it cannot arrive after what is true now.
  func change(_ stream: inout Stream, to status: StreamStatus, at now: Timestamp) throws {
    stream.status = status
    stream.statusChanges += 1
    if status == .disabled { stream.droppedThrough = try database.lastDelivery(of: stream.number) }
    for farewell in try database.pendingFarewells(of: stream.number) {
      try settle(farewell, as: .dropped, nil, at: now)
    }
  }

  /// The same at the transmitter's own wish, which the receiver is told, also of a stop (SSF §8.1.5).
  func changeAndTell(
    _ stream: inout Stream, to status: StreamStatus, because reason: String?, environment: Environment
  ) throws {
    try change(&stream, to: status, at: environment.now())
    stream.reason = reason
    let news = try Event.streamUpdated(of: stream, to: status, reason: reason, environment: environment)
    _ = try post(news, to: [stream], isFarewell: status != .enabled, environment: environment)
  }
}

extension Database {
  fileprivate func pendingFarewells(of stream: Int64) throws -> [DeliveryKey] {
    try query(Self.pendingFarewells, stream) {
      DeliveryKey(sequence: try $0.int64(0), stream: stream, orderKey: try $0.bytes(1))
    }
  }

  /// Left to itself the planner would look through all that is queued.
  static let pendingFarewells = """
    SELECT seq, order_key FROM delivery INDEXED BY delivery_farewell
    WHERE stream = ? AND state = 0 AND farewell = 1
    """
}
