import HTTP
import JSON
import SharedSignals
import Transmitter

/// Streams as the standard family shows them. A receiver's authorization header is never shown, masked or not.
enum StreamEncoder {
  /// The stream configuration (SSF §8.1.1), members in the order of the specification.
  static func configuration(of stream: Stream, issuer: HTTPURL, policy: StreamPolicy) -> JSONValue {
    let settings = stream.settings
    var json: JSONObject = [
      "stream_id": .string(stream.id),
      "iss": .string(issuer.description),
      "aud": .string(stream.audience),
      "events_supported": types(policy.supportedEvents),
    ]
    json["events_requested"] = settings.eventsRequested.map { .array($0.map(JSONValue.string)) }
    json["events_delivered"] = types(settings.eventsDelivered(of: policy.supportedEvents))
    json["delivery"] = [
      "method": .string(settings.delivery.method.rawValue),
      "endpoint_url": .string(settings.delivery.endpoint.description),
    ]
    json["min_verification_interval"] = .integer(policy.minimumVerificationInterval.components.seconds)
    json["description"] = settings.description.map(JSONValue.string)
    return .object(json)
  }

  /// The stream status (SSF §8.1.2.1).
  static func status(of stream: Stream) -> JSONValue {
    var json: JSONObject = [
      "stream_id": .string(stream.id),
      "status": .string(stream.status.rawValue),
    ]
    json["reason"] = stream.reason.map(JSONValue.string)
    return .object(json)
  }

  private static func types(_ types: [EventType]) -> JSONValue {
    .array(types.map { .string($0.rawValue) })
  }
}
