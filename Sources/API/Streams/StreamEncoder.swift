import HTTP
import JSON
import SharedSignals
import Transmitter

/// Streams as a family sees them. A receiver's authorization header is never shown, masked or not.
struct StreamEncoder: Sendable {
  /// What a configuration answers.
  enum Occasion {
    case reading, listing, change
  }

  let issuer: HTTPURL
  let policy: StreamPolicy
  let dialect: Dialect

  /// The stream configuration (SSF §8.1.1), members in the order of the specification.
  func configuration(of stream: Stream, for occasion: Occasion = .reading) -> JSONValue {
    let settings = stream.settings
    var json: JSONObject = ["stream_id": .string(stream.id), "iss": .string(issuer.description)]
    if occasion != .listing || dialect.listsAudience { json["aud"] = .string(stream.audience) }
    json["events_supported"] = Self.types(policy.supportedEvents)
    let delivered = Self.types(settings.eventsDelivered(of: policy.supportedEvents))
    let requested = settings.eventsRequested.map { JSONValue.array($0.map(JSONValue.string)) }
    json["events_requested"] = requested == nil && dialect.spellsOutEvents ? delivered : requested
    json["events_delivered"] = delivered
    json["delivery"] = [
      "method": .string(settings.delivery.method.rawValue),
      "endpoint_url": .string(endpoint(of: stream)),
    ]
    json["min_verification_interval"] = .integer(policy.minimumVerificationInterval.components.seconds)
    json["inactivity_timeout"] = policy.inactivityTimeout(of: stream).map { .integer($0.components.seconds) }
    if dialect.showsStatus { json["status"] = .string(dialect.name(of: stream.status)) }
    json["description"] = settings.description.map(JSONValue.string)
    json["format"] = dialect.subjectFormat.map(JSONValue.string)
    if occasion == .change, dialect.showsUpdateTime { json["updatedAt"] = .string("\(stream.updated)") }
    return .object(json)
  }

  /// Where a push goes, or where to poll.
  private func endpoint(of stream: Stream) -> String {
    stream.settings.delivery.pushTarget?.endpoint.description
      ?? IssuerURLs(issuer: issuer).pollEndpoint(of: stream.id)
  }

  /// The stream status (SSF §8.1.2.1).
  func status(of stream: Stream) -> JSONValue {
    var json: JSONObject = [
      "stream_id": .string(stream.id),
      "status": .string(dialect.name(of: stream.status)),
    ]
    json["reason"] = stream.reason.map(JSONValue.string)
    return .object(json)
  }

  private static func types(_ types: [EventType]) -> JSONValue {
    .array(types.map { .string($0.rawValue) })
  }
}
