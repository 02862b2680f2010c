import HTTP
import HTTPClient
import JSON
import OpenSSL
import Sockets

/// Calls one listener of a daemon.
struct Caller: Sendable {
  struct Answer: Sendable {
    let status: Int
    let fields: HTTPFields
    let json: JSONValue
  }

  let base: String
  private let http: HTTPClient

  init(base: String) throws {
    self.base = base
    http = HTTPClient(
      policy: DestinationPolicy(allowed: [try CIDR("127.0.0.0/8")], allowsPlainHTTP: true),
      tls: try TLSClientContext(), resolver: Resolver())
  }

  /// The address behind the base URL.
  var address: SocketAddress {
    get throws { try SocketAddress(parsing: HTTPURL(parsing: base).authority.description) }
  }

  /// Calls a path of the listener, or an absolute URL.
  func call(
    _ method: HTTPMethod, _ target: String, token: String? = nil, _ body: JSONValue? = nil
  ) async throws -> Answer {
    var fields: HTTPFields = [:]
    fields["Authorization"] = token.map { "Bearer \($0)" }
    let url = try HTTPURL(parsing: target.hasPrefix("/") ? base + target : target)
    let response = try await http.send(
      ClientRequest(method: method, url: url, fields: fields, body: body?.serialized() ?? []))
    return Answer(
      status: response.status.code, fields: response.fields,
      json: response.body.isEmpty ? nil : try JSONValue(parsing: response.body))
  }
}
