import HTTP
import JSON
import Transmitter

/// One operation of an API: who may call it, how large its body may be, what it answers.
struct Endpoint: Sendable {
  let access: AccessRule
  /// The largest body, in bytes; nil for the server's limit.
  let bodyLimit: Int?
  /// Under which limit its calls are counted.
  let rate: RateClass
  let respond: @Sendable (Call) async throws -> Response

  init(
    _ access: AccessRule, bodyLimit: Int? = nil, rate: RateClass = .management,
    respond: @escaping @Sendable (Call) async throws -> Response
  ) {
    self.access = access
    self.bodyLimit = bodyLimit
    self.rate = rate
    self.respond = respond
  }
}

/// A request that was let through to its endpoint.
struct Call: Sendable {
  let request: Request
  let parameters: PathParameters
  private let authenticated: Principal?

  init(request: Request, parameters: PathParameters, authenticated: Principal?) {
    self.request = request
    self.parameters = parameters
    self.authenticated = authenticated
  }

  /// The client that makes the request; nil for somebody unknown.
  var clientID: String? { authenticated?.clientID }

  /// Who makes the request.
  ///
  /// - Throws: 401 at an endpoint that anyone may call, where nobody is known.
  var principal: Principal {
    get throws(APIError) {
      guard let authenticated else {
        throw APIError(.unauthorized, .unauthorized, "this needs an access token")
      }
      return authenticated
    }
  }

  /// The owner of the streams that this request may touch.
  var owner: StreamOwner {
    get throws(APIError) { .client(try principal.clientID) }
  }

  /// A query parameter that must be there.
  func query(_ name: String) throws(APIError) -> String {
    guard let value = request.target.query(name), !value.isEmpty else { throw .missingQuery(name) }
    return value
  }

  /// A path parameter, by its name in the route.
  func path(_ name: String) throws(APIError) -> String {
    guard let value = parameters[name] else { throw .notFound(request.target.path) }
    return value
  }

  /// The body as a JSON object.
  ///
  /// - Parameter orEmpty: reads no body at all as an empty object.
  /// - Throws: 400 if it is not one.
  func bodyObject(orEmpty: Bool = false) throws -> RequestObject {
    if orEmpty, request.body.isEmpty { return RequestObject([:]) }
    return RequestObject(try JSONValue(parsing: request.body, options: .request))
  }
}

extension JSONParser.Options {
  /// Depth enough for any event, and no more.
  static let request = JSONParser.Options(maximumDepth: 32)
}

extension Response {
  /// A JSON answer that nobody may store: configurations and tokens pass through here.
  static func json(_ value: JSONValue, status: HTTPStatus = .ok) -> Response {
    Response(
      status: status, fields: ["Content-Type": "application/json", "Cache-Control": "no-store"],
      body: value.serialized())
  }

  static let noContent = Response(status: .noContent, fields: ["Cache-Control": "no-store"])
}
