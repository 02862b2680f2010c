import HTTP
import JSON
import Testing

/// One operation on a stream, as one family asks for it.
struct StreamOperation: Sendable, CustomTestStringConvertible {
  let name: String
  let method: HTTPMethod
  let path: String
  /// Whether the query names the stream; else the body does.
  var namesInQuery = false
  /// Beside `stream_id`.
  var body: JSONObject = [:]
  let success: Int

  var testDescription: String { "\(name): \(method) \(path)" }

  /// Asks for it; with nil without naming a stream.
  func send(
    to transmitter: TestTransmitter, token: String?, stream: String?
  ) async throws -> Response {
    let query = namesInQuery ? stream.map { "?stream_id=\($0)" } ?? "" : ""
    let named: JSONObject = stream.map { ["stream_id": .string($0)] } ?? [:]
    return try await transmitter.public.send(
      method, path + query, token: token, namesInQuery ? nil : JSONValue.object(body).with(named))
  }
}

/// Where the operations of a family are, and what its requests need.
struct Family: Sendable, CustomTestStringConvertible {
  let name: String
  let configuration: String
  let status: String
  let verification: String
  /// Where subjects are added and removed, in the family that knows it.
  var subjects: String?

  static let standard = Family(
    name: "standard", configuration: "/ssf/stream", status: "/ssf/status", verification: "/ssf/verify",
    subjects: "/ssf/subjects")
  static let okta = Family(
    name: "Okta", configuration: "/api/v1/ssf/stream", status: "/api/v1/ssf/stream/status",
    verification: "/api/v1/ssf/stream/verification")
  static let sailPoint = sailPoint("SailPoint", at: "/ssf/v1/streams")
  /// The three families.
  static let all = [standard, okta, sailPoint]
  /// With the older paths of SailPoint's, under which its older clients ask.
  static let everyPath =
    all + ["v2025", "v2026", "latest"].map { sailPoint("SailPoint \($0)", at: "/\($0)/ssf/streams") }

  private static func sailPoint(_ name: String, at base: String) -> Family {
    Family(name: name, configuration: base, status: base + "/status", verification: base + "/verify")
  }

  var testDescription: String { name }

  /// A body that makes or replaces a stream in every family.
  static let settings: JSONObject = [
    "delivery": ["method": "urn:ietf:rfc:8935", "endpoint_url": "https://receiver.example.com/events"],
    "events_requested": [.string(Types.sessionRevoked)],
  ]

  var create: StreamOperation {
    StreamOperation(name: "create", method: .post, path: configuration, body: Self.settings, success: 201)
  }

  /// All operations that are about one stream; deletion comes last.
  var operations: [StreamOperation] {
    [
      StreamOperation(name: "get", method: .get, path: configuration, namesInQuery: true, success: 200),
      StreamOperation(
        name: "update", method: .patch, path: configuration, body: ["description": "changed"], success: 200),
      StreamOperation(
        name: "replace", method: .put, path: configuration, body: Self.settings, success: 200),
      StreamOperation(name: "get status", method: .get, path: status, namesInQuery: true, success: 200),
      StreamOperation(
        name: "update status", method: .post, path: status, body: ["status": "paused"], success: 200),
      StreamOperation(name: "verify", method: .post, path: verification, success: 204),
    ] + subjectOperations + [
      StreamOperation(
        name: "delete", method: .delete, path: configuration, namesInQuery: true, success: 204)
    ]
  }

  private var subjectOperations: [StreamOperation] {
    guard let subjects else { return [] }
    let body: JSONObject = ["subject": ["format": "email", "email": "jane@example.com"]]
    return [
      StreamOperation(
        name: "remove subject", method: .post, path: subjects + "/remove", body: body, success: 204),
      StreamOperation(name: "add subject", method: .post, path: subjects + "/add", body: body, success: 200),
    ]
  }
}
