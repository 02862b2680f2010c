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
    router.add(.post, "/v1/deliveries/{jti}/replay", Endpoint(.scope(.admin), respond: replay))
    router.add(.post, "/v1/deliveries/{jti}/discard", Endpoint(.scope(.admin), respond: discard))
    router.add(.post, "/v1/deliveries/replay", Endpoint(.scope(.admin), respond: replayMany))
    router.add(.post, "/v1/deliveries/discard", Endpoint(.scope(.admin), respond: discardMany))
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

  // MARK: - Changes

  private func replay(_ call: Call) async throws -> Response {
    try call.bodyObject(orEmpty: true).allowOnly([])
    try await archive.replay(call.path("jti"))
    return .json(["replayed": 1])
  }

  private func discard(_ call: Call) async throws -> Response {
    let body = try call.bodyObject()
    try body.allowOnly(["reason"])
    try await archive.discard(call.path("jti"), because: body.string("reason"))
    return .json(["discarded": 1])
  }

  /// A part of a stream at a time, oldest first. `next` goes into `cursor`, until it is null.
  private func replayMany(_ call: Call) async throws -> Response {
    let body = try call.bodyObject()
    try body.allowOnly(Self.selection)
    let progress = try await archive.replay(DeliveryFilter(body), from: body.optionalPosition("cursor"))
    return .json(["replayed": .integer(Int64(progress.changed)), "next": progress.nextJSON])
  }

  private func discardMany(_ call: Call) async throws -> Response {
    let body = try call.bodyObject()
    try body.allowOnly(Self.selection.union(["reason"]))
    let progress = try await archive.discard(
      DeliveryFilter(body), because: body.string("reason"), from: body.optionalPosition("cursor"))
    return .json(["discarded": .integer(Int64(progress.changed)), "next": progress.nextJSON])
  }

  private static let selection: Set<String> = ["stream_id", "state", "code", "since", "until", "cursor"]
}

extension ChangeProgress {
  fileprivate var nextJSON: JSONValue { next.map { .string($0.description) } ?? .null }
}
