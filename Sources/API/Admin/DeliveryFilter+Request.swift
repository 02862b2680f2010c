import HTTP
import JSON
import Transmitter

/// How requests say which deliveries they are about.
extension DeliveryFilter {
  static let names = ["stream_id", "state", "jti", "txn", "code", "since", "until"]

  init(_ query: RequestQuery) throws(APIError) {
    self.init()
    streamID = query.text("stream_id")
    state = try query.text("state").map { text throws(APIError) in
      guard let state = DeliveryState(rawValue: text) else {
        throw query.wrong("state", DeliveryState.allCases.map(\.rawValue).joined(separator: ", "))
      }
      return state
    }
    jti = query.text("jti")
    transactionID = query.text("txn")
    code = query.text("code")
    since = try query.optionalTime("since")
    until = try query.optionalTime("until")
  }
}

extension DeliveryFilter {
  /// The deliveries that a change of many is for.
  init(_ body: RequestObject) throws(APIError) {
    self.init()
    streamID = try body.optionalString("stream_id")
    state = try body.optional("state", "must be dead, expired or delivered", DeliveryState.init(rawValue:))
    code = try body.optionalString("code")
    since = try body.optionalTime("since")
    until = try body.optionalTime("until")
  }
}

extension RequestObject {
  fileprivate func optionalTime(_ name: String) throws(APIError) -> Timestamp? {
    try optional(name, "must be a time such as 2026-11-21T08:00:00Z") {
      RFC3339.parse($0).map(Timestamp.init(milliseconds:))
    }
  }

  func optionalPosition(_ name: String) throws(APIError) -> ChangePosition? {
    try optional(name, "must be the next of an earlier answer") { ChangePosition($0) }
  }

  /// A string that is read as something else.
  fileprivate func optional<Value>(
    _ name: String, _ expected: String, _ read: (String) -> Value?
  ) throws(APIError) -> Value? {
    guard let text = try optionalString(name) else { return nil }
    guard let value = read(text) else { throw .invalid(pointer.appending(name), expected) }
    return value
  }
}

extension RequestQuery {
  func optionalPosition(_ name: String) throws(APIError) -> DeliveryPosition? {
    guard let text = text(name) else { return nil }
    guard let position = DeliveryPosition(text) else { throw wrong(name, "the next of an earlier answer") }
    return position
  }
}
