import HTTP
import HTTPServer
import Logging
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
  private let rateLimits: RateLimits
  private let environment: Environment
  private let requestIDs: RequestIDs

  init(
    router: Router<Endpoint>, dialects: DialectTable = DialectTable(), authenticator: Authenticator,
    prefix: String, resourceMetadata: String? = nil, limits: ServerLimits,
    rateLimits: RateLimits, environment: Environment
  ) {
    self.router = router
    self.dialects = dialects
    self.authenticator = authenticator
    self.prefix = prefix
    self.resourceMetadata = resourceMetadata
    self.limits = limits
    self.rateLimits = rateLimits
    self.environment = environment
    requestIDs = RequestIDs(environment: environment)
  }

  /// The pipeline as a server drives it.
  var handler: ServerHandler {
    ServerHandler(
      bodyLimit: bodyLimit,
      respond: { request, client in await respond(to: request, from: client) },
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

  private func respond(to request: Request, from client: ClientAddress) async -> Response {
    let requestID = requestIDs.next()
    let started = environment.now()
    let dialect = dialects.dialect(of: request.target, below: prefix)
    var standing: RateStanding?
    var response: Response
    do {
      let (endpoint, call) = try await admit(request)
      standing = charge(call, for: endpoint.rate)
      if let refusal = standing?.refusal { throw refusal }
      response = try await answer(call, by: endpoint, requestID, from: client)
      if let field = dialect.requestIDField { response.fields[field] = requestID.description }
    } catch {
      response = failure(error, in: dialect, requestID, from: client, &standing)
    }
    if let standing {
      standing.add(to: &response.fields)
      if dialect.showsRateLimit || standing.bucket.wait != nil {
        standing.addOktaFields(to: &response.fields, at: environment.now())
      }
    }
    log(request, response, requestID, took: environment.now().since(started))
    return response
  }

  /// Finds the endpoint, and who calls it.
  private func admit(_ request: Request) async throws(APIError) -> (Endpoint, Call) {
    let (endpoint, parameters) = try endpoint(for: request)
    let principal = try await authenticator.authenticate(request, by: endpoint.access)
    return (endpoint, Call(request: request, parameters: parameters, authenticated: principal))
  }

  private func endpoint(for request: Request) throws(APIError) -> (Endpoint, PathParameters) {
    switch route(request.head) {
    case .notFound:
      throw .notFound(request.target.path)
    case .methodNotAllowed(let allow):
      throw .methodNotAllowed(request.method, allow: allow)
    case .options(let allow):
      let fields: HTTPFields = ["Allow": allow.map(\.rawValue).joined(separator: ", ")]
      return (Endpoint(.anyone) { _ in Response(status: .noContent, fields: fields) }, PathParameters.none)
    case .found(let endpoint, let parameters):
      return (endpoint, parameters)
    }
  }

  /// Counts the call for the client that makes it.
  private func charge(_ call: Call, for rate: RateClass) -> RateStanding? {
    call.clientID.flatMap { rateLimits.charge($0, for: rate, at: environment.uptime()) }
  }

  private func answer(
    _ call: Call, by endpoint: Endpoint, _ requestID: RequestID, from client: ClientAddress
  ) async throws -> Response {
    let actor = AuditActor(
      client: call.clientID, address: "\(client.ip)", requestID: requestID,
      allowance: rateLimits.auditAllowance(at: environment.uptime()))
    return try await AuditActor.$current.withValue(actor) { try await endpoint.respond(call) }
  }

  /// Looks the path up as it is, and without the issuer's path in front.
  private func route(_ head: RequestHead) -> RouteMatch<Endpoint> {
    let match = router.match(head.method, head.target)
    guard case .notFound = match, let inner = head.target.removing(prefix: prefix) else { return match }
    return router.match(head.method, inner)
  }

  private func failure(
    _ error: any Error, in dialect: Dialect, _ requestID: RequestID, from client: ClientAddress,
    _ standing: inout RateStanding?
  ) -> Response {
    let known = APIError(error)
    if let cause = known.cause {
      environment.logger.info("refused", metadata: ["request_id": "\(requestID)", "cause": "\(cause)"])
    }
    if known.status.code >= 500 {
      environment.logger.error(
        "request failed", metadata: ["request_id": "\(requestID)", "error": "\(error)"])
    }
    guard known.isFailedAuthentication else {
      standing = known.standing ?? standing
      return refusal(known, in: dialect, requestID)
    }
    standing = rateLimits.chargeFailure(of: client, at: environment.uptime())
    let excess = standing?.refusal("too many attempts to authenticate have failed from this address")
    return refusal(excess ?? known, in: dialect, requestID)
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
