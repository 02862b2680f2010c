import HTTP
import HTTPServer
import JSON
import Sockets
import TestSupport

/// One of the two listeners without its socket: requests go straight into the handler that a server drives.
struct TestListener: Sendable {
  let handler: ServerHandler
  /// Whom requests come from.
  var client = ClientAddress.loopback

  /// The same listener, called from another address.
  func called(from address: String) -> TestListener {
    guard let ip = IPAddress(address) else { preconditionFailure("not an address: \(address)") }
    return TestListener(handler: handler, client: ClientAddress(ip))
  }

  /// Sends a request with a JSON body, or none.
  func send(
    _ method: HTTPMethod, _ target: String, token: String? = nil, _ json: JSONValue? = nil,
    fields: HTTPFields = [:]
  ) async throws -> Response {
    try await send(method, target, token: token, body: json?.serialized() ?? [], fields: fields)
  }

  /// Sends a request with any body.
  func send(
    _ method: HTTPMethod, _ target: String, token: String? = nil, text: String, fields: HTTPFields = [:]
  ) async throws -> Response {
    try await send(method, target, token: token, body: Array(text.utf8), fields: fields)
  }

  private func send(
    _ method: HTTPMethod, _ target: String, token: String?, body: [UInt8], fields: HTTPFields
  ) async throws -> Response {
    var fields = fields
    if let token { fields["Authorization"] = "Bearer \(token)" }
    let head = RequestHead(method: method, target: try RequestTarget(parsing: target), fields: fields)
    return await handler.respond(Request(head: head, body: body), client)
  }
}

extension Response {
  /// The status code.
  var code: Int { status.code }

  var text: String { String(decoding: body, as: UTF8.self) }

  /// The body as JSON.
  var json: JSONValue {
    get throws { try JSONValue(parsing: body) }
  }

  /// The pointers of a problem's `errors`, in order.
  var faultPointers: [String] {
    get throws { try (json["errors"]?.arrayValue ?? []).compactMap { $0["pointer"]?.stringValue } }
  }

  /// The lines of an NDJSON body.
  var lines: [JSONValue] {
    get throws { try body.split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: $0) } }
  }
}
