import HTTP
import JSON
import Transmitter

/// Where every event is: what waits, what was delivered, what failed and why.
struct DeliveryEndpoints: Sendable {
  private static let mostInPage: Int64 = 500
  private static let usualPage: Int64 = 100

  let archive: DeliveryArchive

  func add(to router: inout Router<Endpoint>) {
    router.add(.get, "/v1/deliveries", Endpoint(.scope(.admin), respond: list))
    router.add(.get, "/v1/deliveries/{jti}", Endpoint(.scope(.admin), respond: show))
    router.add(.get, "/v1/events", Endpoint(.scope(.admin), respond: events))
  }

  /// A part of the list, newest first. `next` goes into `cursor`; a part may be short, or empty, and not the last.
  private func list(_ call: Call) async throws -> Response {
    let query = try RequestQuery(call, allowing: DeliveryFilter.names + ["cursor", "limit"])
    let page = try await archive.list(
      DeliveryFilter(query), from: query.optionalPosition("cursor"),
      atMost: Int(query.optionalInteger("limit", in: 1...Self.mostInPage) ?? Self.usualPage))
    return .json([
      "deliveries": .array(page.records.map { .object($0.json) }),
      "next": page.next.map { .string($0.description) } ?? .null,
    ])
  }

  private func show(_ call: Call) async throws -> Response {
    .json(try await archive.show(call.path("jti")).json)
  }

  /// The events of a transaction, oldest first, those that no stream asked for included.
  private func events(_ call: Call) async throws -> Response {
    let query = try RequestQuery(call, allowing: ["txn", "after"])
    let events = try await archive.events(
      of: call.query("txn"), after: query.optionalInteger("after", in: 0...Int64.max) ?? 0)
    return .json(["events": .array(events.map(\.json))])
  }
}

extension DeliveryFilter {
  static let names = ["stream_id", "state", "jti", "txn", "code", "since", "until"]

  fileprivate init(_ query: RequestQuery) throws(APIError) {
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

extension RequestQuery {
  fileprivate func optionalPosition(_ name: String) throws(APIError) -> DeliveryPosition? {
    guard let text = text(name) else { return nil }
    guard let position = DeliveryPosition(text) else { throw wrong(name, "the next of an earlier answer") }
    return position
  }
}
