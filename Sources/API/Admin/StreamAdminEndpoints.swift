import HTTP
import JSON
import SharedSignals
import Transmitter

/// All streams, with what an operator wants to know of each.
struct StreamAdminEndpoints: Sendable {
  let registry: StreamRegistry

  func add(to router: inout Router<Endpoint>) {
    router.add(.get, "/v1/streams", Endpoint(.scope(.admin), respond: list))
    router.add(.get, "/v1/streams/{stream_id}", Endpoint(.scope(.admin), respond: show))
    router.add(.delete, "/v1/streams/{stream_id}", Endpoint(.scope(.admin), respond: delete))
  }

  private func list(_ call: Call) async throws -> Response {
    .json(["streams": .array(registry.streams(of: .administrator).map(json))])
  }

  private func show(_ call: Call) async throws -> Response {
    .json(json(try registry.stream(call.path("stream_id"), of: .administrator)))
  }

  private func delete(_ call: Call) async throws -> Response {
    try await registry.delete(call.path("stream_id"), of: .administrator)
    return .noContent
  }

  private func json(_ stream: Stream) -> JSONValue {
    let settings = stream.settings
    var json: JSONObject = [
      "stream_id": .string(stream.id),
      "client_id": stream.clientID.map(JSONValue.string) ?? .null,
      "aud": .string(stream.audience),
      "status": .string(stream.status.rawValue),
    ]
    json["reason"] = stream.reason.map(JSONValue.string)
    json["description"] = settings.description.map(JSONValue.string)
    json["delivery"] = [
      "method": .string(settings.delivery.method.rawValue),
      "endpoint_url": settings.delivery.pushTarget.map { .string($0.endpoint.description) } ?? .null,
      "authorization_header_set": .bool(settings.delivery.pushTarget?.authorizationHeader != nil),
    ]
    json["events_requested"] = settings.eventsRequested.map { .array($0.map(JSONValue.string)) }
    json["events_delivered"] = .array(
      settings.eventsDelivered(of: registry.policy.supportedEvents).map { .string($0.rawValue) })
    json["created"] = .string(stream.created.description)
    json["updated"] = .string(stream.updated.description)
    json["deliveries"] = totals(registry.totals(of: stream))
    return .object(json)
  }

  private func totals(_ totals: StreamTotals) -> JSONValue {
    [
      "accepted": .integer(totals.accepted), "delivered": .integer(totals.delivered),
      "pending": .integer(totals.pending), "dead": .integer(totals.dead),
      "expired": .integer(totals.expired), "dropped": .integer(totals.dropped),
    ]
  }
}
