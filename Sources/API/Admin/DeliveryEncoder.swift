import JSON
import SharedSignals
import Transmitter

extension DeliveryRecord {
  /// As a list shows it.
  var json: JSONObject {
    var json: JSONObject = [
      "jti": .string(jti),
      "stream_id": .string(streamID),
      "event_id": .string(String(eventID)),
      "txn": .string(transactionID),
      "type": .string(eventType.rawValue),
      "state": .string(state.rawValue),
      "accepted": .string(accepted.description),
      "attempts": .integer(Int64(attempts)),
    ]
    json["last_code"] = lastCode.map(JSONValue.string)
    json["last_status"] = lastStatus.map { .integer(Int64($0)) }
    json["next_attempt"] = due.map { .string($0.description) }
    json["settled"] = settled.map { .string($0.description) }
    json["replayed"] = replayed.map { .string($0.description) }
    json["discard_reason"] = discardReason.map(JSONValue.string)
    return json
  }
}

extension DeliveryDetail {
  /// Everything, the SET itself included.
  var json: JSONValue {
    var json = record.json
    json["set"] = [
      "profile": .string(profile.rawValue),
      "claims": token.claims(as: profile),
      "token": compact.map { .string(String(decoding: $0, as: UTF8.self)) } ?? .null,
    ]
    json["history"] = .array(attempts.map(\.json))
    json["event"] = event.json
    return .object(json)
  }
}

extension AttemptRecord {
  var json: JSONValue {
    var json: JSONObject = [
      "attempt": .integer(Int64(number)), "ended": .string(ended.description), "code": .string(code),
    ]
    json["status"] = status.map { .integer(Int64($0)) }
    if !answer.isEmpty { json["answer"] = .string(String(decoding: answer, as: UTF8.self)) }
    return .object(json)
  }
}

extension EventRecord {
  var json: JSONValue {
    var json: JSONObject = [
      "id": .string(String(id)),
      "txn": .string(event.transactionID),
      "type": .string(event.type.rawValue),
      "accepted": .string(accepted.description),
      "subject": event.subject.json,
      "members": .object(event.members),
    ]
    json["origin"] = event.origin.map(JSONValue.object)
    return .object(json)
  }
}
