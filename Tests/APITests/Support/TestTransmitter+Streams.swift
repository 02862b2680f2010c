import HTTP
import JSON
import Testing

extension JSONValue {
  /// The body that creates a stream; the receiver is at an address that every policy lets pass.
  static func streamRequest(
    endpoint: String = "https://receiver.example.com/events", header: String? = nil,
    events: [String]? = nil, description: String? = nil
  ) -> JSONValue {
    var delivery: JSONObject = ["method": "urn:ietf:rfc:8935", "endpoint_url": .string(endpoint)]
    delivery["authorization_header"] = header.map(JSONValue.string)
    var request: JSONObject = ["delivery": .object(delivery)]
    request["events_requested"] = events.map { .array($0.map(JSONValue.string)) }
    request["description"] = description.map(JSONValue.string)
    return .object(request)
  }

  /// The value with members added or replaced.
  func with(_ members: JSONObject) -> JSONValue {
    var object = objectValue ?? [:]
    for member in members { object[member.name] = member.value }
    return .object(object)
  }

  /// The names of an object's members, sorted.
  var memberNames: [String] { (objectValue?.names ?? []).sorted() }
}

extension TestTransmitter {
  /// Creates a stream that must be accepted and answers its configuration.
  func createStream(token: String, _ request: JSONValue = .streamRequest()) async throws -> JSONValue {
    let response = try await self.public.send(.post, "/ssf/stream", token: token, request)
    try #require(response.code == 201, "\(response.text)")
    return try response.json
  }

  /// Creates a stream and answers its id.
  func createStreamID(token: String, _ request: JSONValue = .streamRequest()) async throws -> String {
    try #require(try await createStream(token: token, request)["stream_id"]?.stringValue)
  }

  /// One of a stream's totals, as an administrator sees it.
  func total(_ name: String, of stream: String) async throws -> Int64? {
    let response = try await admin.send(.get, "/v1/streams/\(stream)", token: adminToken)
    return try response.json["deliveries"]?[name]?.integerValue
  }
}

/// Event types, by the names that tests use.
enum Types {
  static let sessionRevoked = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"
  static let credentialChange = "https://schemas.openid.net/secevent/caep/event-type/credential-change"
  static let unknown = "https://schemas.example.com/never-heard-of"
}
