package import HTTP
package import OpenSSL
package import Sockets

/// Sends requests to servers that strangers chose: only where the policy allows, over verified TLS, within
/// absolute bounds of time and size. Connections are reused.
///
/// It follows no redirect (a 3xx is an answer like any other, and `Authorization` goes nowhere else), undoes no
/// content coding and repeats nothing, save a request whose reused connection turned out to be dead.
package final class HTTPClient: Sendable {
  /// Where connections are served, and where a task that sends runs best.
  package typealias Loop = EventLoop

  private let policy: DestinationPolicy
  private let connector: Connector
  private let limits: ClientLimits

  /// The connections that wait for the next request.
  package let pool: ConnectionPool

  /// - Parameter proxy: the http URL of a proxy that every connection is made through (CONNECT).
  package init(
    policy: DestinationPolicy, tls: TLSClientContext, resolver: Resolver,
    limits: ClientLimits = ClientLimits(), proxy: HTTPURL? = nil
  ) {
    self.policy = policy
    self.limits = limits
    connector = Connector(policy: policy, tls: tls, resolver: resolver, limits: limits, proxy: proxy)
    pool = ConnectionPool(limits: limits)
  }

  /// Sends the request and reads its answer. A complete response head is an answer, whatever becomes of the body.
  /// - Throws: `ClientError` if there is no answer within `ClientLimits.total`.
  ///
  /// - Parameter loop: one of ``loop(for:)``, where the caller runs on it already; without, chance spreads the origins
  ///   over the loops.
  package func send(_ request: ClientRequest, on loop: Loop? = nil) async throws(ClientError)
    -> ClientResponse
  {
    let deadline = Deadline.after(limits.total)
    try check(request.url)
    let exchange = Exchange(
      message: try request.serialized(), method: request.method, limits: limits, deadline: deadline)
    let origin = Origin(of: request.url, as: request.identity)
    let loop = loop ?? self.loop(for: origin.hashValue)
    if let response = try await sendReusing(exchange, to: origin, on: loop) { return response }
    let connection = try await connector.connect(to: origin, on: loop, by: deadline)
    return try await run(exchange, on: connection, to: origin)
  }

  /// The loop on which a sender best sends now.
  ///
  /// - Parameter sender: a number that spreads those who send over the loops.
  package func loop(for sender: Int) -> Loop { connector.loop(for: sender) }

  /// Lets the calling task, which runs on the loop, wait with long work until no answer waits there.
  package func takeTurn(on loop: Loop) async { await loop.takeTurn() }

  private func check(_ url: HTTPURL) throws(ClientError) {
    do throws(DestinationError) {
      try policy.check(url)
    } catch {
      throw .destination(error)
    }
  }

  /// Nil if there is no idle connection, or the one that was tried had been dead all along: the server ended it
  /// before a byte of an answer came, so that the request may be sent again (RFC 9110 §9.2.2).
  private func sendReusing(
    _ exchange: Exchange, to origin: Origin, on loop: EventLoop
  ) async throws(ClientError) -> ClientResponse? {
    guard let connection = await pool.take(to: origin, on: loop) else { return nil }
    do throws(ClientError) {
      return try await run(exchange, on: connection, to: origin)
    } catch {
      guard error.isDisconnection, await !connection.hasAnswered else { throw error }
      return nil
    }
  }

  private func run(
    _ exchange: Exchange, on connection: ClientConnection, to origin: Origin
  ) async throws(ClientError) -> ClientResponse {
    do throws(ClientError) {
      let (response, isReusable) = try await connection.perform(exchange)
      if isReusable { await pool.put(connection, to: origin) } else { await connection.close() }
      return response
    } catch {
      await connection.close()
      throw error
    }
  }
}

extension ClientRequest {
  fileprivate func serialized() throws(ClientError) -> [UInt8] {
    var message: [UInt8] = []
    do throws(SerializationError) {
      try RequestSerializer.append(
        method, target: url.requestTarget, host: url.authority, fields: fields, body: body, to: &message)
    } catch {
      throw .invalidRequest(error)
    }
    return message
  }
}

extension ClientError {
  fileprivate var isDisconnection: Bool {
    switch self {
    case .connectionReset, .connectionClosed: true
    case .tls(let failure): failure.code == .truncated
    default: false
    }
  }
}
