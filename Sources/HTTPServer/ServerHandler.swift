package import HTTP

/// What the layer above does with requests: the server's three questions, as closures.
package struct ServerHandler: Sendable {
  /// How many bytes of body a request may have; asked before a byte of it is read, and only if there is one.
  package var bodyLimit: @Sendable (RequestHead) -> Int
  /// Answers a whole request. The task is cancelled when the server stops at once, and only then.
  package var respond: @Sendable (_ request: Request, _ client: ClientAddress) async -> Response
  /// Renders the answer to what never reaches `respond`; the target is what was asked for, if that could be
  /// read. The connection is closed behind it.
  package var renderFailure: @Sendable (_ failure: ServerFailure, _ target: RequestTarget?) -> Response

  package init(
    bodyLimit: @escaping @Sendable (RequestHead) -> Int,
    respond: @escaping @Sendable (_ request: Request, _ client: ClientAddress) async -> Response,
    renderFailure: @escaping @Sendable (_ failure: ServerFailure, _ target: RequestTarget?) -> Response
  ) {
    self.bodyLimit = bodyLimit
    self.respond = respond
    self.renderFailure = renderFailure
  }
}
