import IdentitySources
import JSON

extension ImportPreview {
  /// What an import would do, and the first of the events that it would send.
  var json: JSONValue {
    var json = report.json
    json["held"] = .bool(isHeld)
    json["limit"] = .integer(Int64(limit))
    json["would_send"] = .array(
      events.map { event in
        [
          "identity": .string(event.identity), "rule": .string(event.rule), "type": .string(event.type),
          "subject": event.subject, "members": .object(event.members),
        ]
      })
    return .object(json)
  }
}
