import HTTP
import HTTPServer
import Logging
import Sockets
import Transmitter

/// What every request of a listener goes through: route, authenticate, answer, and render what was thrown, in
/// the dialect of its path. Errors rise to here untouched; nowhere else does one become a response.
struct RequestPipeline: Sendable {
  private let router: Router<Endpoint>
  private let dialects: DialectTable
  private let authenticator: Authenticator
  /// The path of the issuer, which a proxy may or may not have taken off; "" if there is none.
  private let prefix: String
  /// Where it is told how to get access tokens; nil where it is not.
  private let resourceMetadata: String?
  private let limits: ServerLimits
  private let environment: Environment
  private let requestIDs: RequestIDs

  init(
    router: Router<Endpoint>, dialects: DialectTable = DialectTable(), authenticator: Authenticator,
    prefix: String, resourceMetadata: String? = nil, limits: ServerLimits, environment: Environment
  ) {
    self.router = router
    self.dialects = dialects
    self.authenticator = authenticator
    self.prefix = prefix
    self.resourceMetadata = resourceMetadata
    self.limits = limits
    self.environment = environment
    requestIDs = RequestIDs(environment: environment)
  }

  /// The pipeline as a server drives it.
  var handler: ServerHandler {
    ServerHandler(
      bodyLimit: bodyLimit,
      respond: { request, peer in await respond(to: request, from: peer) },
      renderFailure: { failure, target in
        let error = APIError(failure.status, .malformedMessage, failure.description)
        return refusal(error, in: dialects.dialect(of: target, below: prefix), requestIDs.next())
      })
  }

  private func bodyLimit(_ head: RequestHead) -> Int {
    guard case .found(let endpoint, _) = route(head), let limit = endpoint.bodyLimit else {
      return limits.body
    }
    return limit
  }

  private func respond(to request: Request, from peer: SocketAddress) async -> Response {
    let requestID = requestIDs.next()
    let started = environment.now()
    let dialect = dialects.dialect(of: request.target, below: prefix)
    var response: Response
    do {
      response = try await answer(request, requestID, from: peer)
      if let field = dialect.requestIDField { response.fields[field] = requestID.description }
    } catch {
      response = failure(error, in: dialect, requestID)
    }
    log(request, response, requestID, took: environment.now().since(started))
    return response
  }

  private func answer(
    _ request: Request, _ requestID: RequestID, from peer: SocketAddress
  ) async throws -> Response {
    switch route(request.head) {
    case .notFound:
      throw APIError.notFound(request.target.path)
    case .methodNotAllowed(let allow):
      throw APIError.methodNotAllowed(request.method, allow: allow)
    case .options(let allow):
      return Response(status: .noContent, fields: ["Allow": allow.map(\.rawValue).joined(separator: ", ")])
    case .found(let endpoint, let parameters):
      let principal = try await authenticator.authenticate(request, by: endpoint.access)
      let actor = AuditActor(client: principal?.clientID, address: "\(peer.ip)", requestID: requestID)
      return try await AuditActor.$current.withValue(actor) {
        try await endpoint.respond(
          Call(request: request, parameters: parameters, authenticated: principal))
      }
    }
  }

  /// Looks the path up as it is, and without the issuer's path in front.
  private func route(_ head: RequestHead) -> RouteMatch<Endpoint> {
    let match = router.match(head.method, head.target)
    guard case .notFound = match, let inner = head.target.removing(prefix: prefix) else { return match }
    return router.match(head.method, inner)
  }

  private func failure(_ error: any Error, in dialect: Dialect, _ requestID: RequestID) -> Response {
    let known = APIError(error)
    if let cause = known.cause {
      environment.logger.info("refused", metadata: ["request_id": "\(requestID)", "cause": "\(cause)"])
    }
    if known.status.code >= 500 {
      environment.logger.error(
        "request failed", metadata: ["request_id": "\(requestID)", "error": "\(error)"])
    }
    return refusal(known, in: dialect, requestID)
  }

  private func refusal(_ error: APIError, in dialect: Dialect, _ requestID: RequestID) -> Response {
    var error = error
    if let resourceMetadata { error.challenge = error.challenge?.naming(resourceMetadata: resourceMetadata) }
    var response = dialect.errors.response(to: error, requestID: requestID, now: environment.now())
    if let field = dialect.requestIDField { response.fields[field] = requestID.description }
    return response
  }

  /// Changes are logged by default, reading on demand. Paths stand there without their query, which may hold
  /// what should not be kept.
  private func log(_ request: Request, _ response: Response, _ requestID: RequestID, took: Duration) {
    environment.logger.log(
      level: request.method == .get || request.method == .head ? .debug : .info, "request",
      metadata: [
        "request_id": "\(requestID)", "method": "\(request.method)", "path": "\(request.target.rawPath)",
        "status": "\(response.status.code)", "took_ms": "\(took.wholeMilliseconds)",
      ])
  }
}

extension RequestTarget {
  /// The target without a path prefix; nil if it does not begin with it.
  func removing(prefix: String) -> RequestTarget? {
    guard !prefix.isEmpty, rawPath.hasPrefix(prefix + "/") else { return nil }
    let rest = rawPath.dropFirst(prefix.utf8.count)
    return try? RequestTarget(parsing: rest + (rawQuery.map { "?\($0)" } ?? ""))
  }
}
