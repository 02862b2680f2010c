import HTTP
import JOSE
import JSON
import SharedSignals
import Transmitter

/// A stream as operators see it: how it is set, what became of its deliveries, and how its receiver fares.
struct StreamReport {
  let stream: Stream
  let eventsDelivered: [EventType]
  let figures: StreamFigures
  /// Nil for a stream that is polled.
  let condition: StreamCondition?

  var json: JSONValue {
    var json: JSONObject = [
      "stream_id": .string(stream.id),
      "client_id": stream.clientID.map(JSONValue.string) ?? .null,
      "aud": .string(stream.audience),
      "provisioned": .bool(stream.isProvisioned),
      "profile": .string(stream.form.profile.rawValue),
      "signing_alg": .string(stream.form.algorithm.rawValue),
      "status": .string(stream.status.rawValue),
    ]
    json["reason"] = stream.reason.map(JSONValue.string)
    json["description"] = stream.settings.description.map(JSONValue.string)
    json["delivery"] = delivery
    json["horizon"] = stream.terms.horizon.map { .integer($0.components.seconds) }
    json["rate_limit"] = stream.terms.rateLimit.map { .integer(Int64($0)) }
    json["client_certificate"] = stream.terms.certificateChain.map(JSONValue.string)
    json["events_requested"] = stream.settings.eventsRequested.map { .array($0.map(JSONValue.string)) }
    json["events_delivered"] = .array(eventsDelivered.map { .string($0.rawValue) })
    json["created"] = .string(stream.created.description)
    json["updated"] = .string(stream.updated.description)
    json["deliveries"] = figures.totals.json
    json["oldest_pending_seconds"] = figures.oldestPending.map { .integer($0.components.seconds) }
    json["receiver"] = condition?.json
    return .object(json)
  }

  private var delivery: JSONValue {
    let delivery = stream.settings.delivery
    return [
      "method": .string(delivery.method.rawValue),
      "endpoint_url": delivery.pushTarget.map { .string($0.endpoint.description) } ?? .null,
      "authorization_header_set": .bool(delivery.pushTarget?.authorizationHeader != nil),
    ]
  }
}

extension StreamTotals {
  fileprivate var json: JSONValue {
    [
      "accepted": .integer(accepted), "delivered": .integer(delivered), "pending": .integer(pending),
      "dead": .integer(dead), "expired": .integer(expired), "dropped": .integer(dropped),
    ]
  }
}

extension StreamCondition {
  /// `trouble`: the code of the last failure, while the breaker is not closed. `fault`: that of a fault of our own, while
  /// it holds the stream. `quiet_seconds`: how much longer the receiver wants nothing.
  fileprivate var json: JSONValue {
    var json: JSONObject = ["breaker": .string(breaker.rawValue), "in_flight": .integer(Int64(inFlight))]
    json["trouble"] = trouble.map { .string($0.code) }
    json["fault"] = fault.map(JSONValue.string)
    json["quiet_seconds"] = quiet.map { .integer($0.components.seconds) }
    return .object(json)
  }
}
