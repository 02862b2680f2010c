package import HTTP
package import OpenSSL
package import Sockets

/// Sends requests to servers that strangers chose: only where the policy allows, over verified TLS, within
/// absolute bounds of time and size. Connections are reused.
///
/// It follows no redirect (a 3xx is an answer like any other, and `Authorization` goes nowhere else), undoes no
/// content coding and repeats nothing, save a request whose reused connection turned out to be dead.
package final class HTTPClient: Sendable {
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
  /// - Parameter lane: the lane to the request's URL, where the caller has one.
  package func send(_ request: ClientRequest, along lane: Lane? = nil) async throws(ClientError)
    -> ClientResponse
  {
    let deadline = Deadline.after(limits.total)
    try check(request.url)
    let exchange = Exchange(
      message: try request.serialized(), method: request.method, limits: limits, deadline: deadline)
    let lane = lane ?? self.lane(to: request.url, as: request.identity)
    if let response = try await sendReusing(exchange, along: lane) { return response }
    let connection = try await connector.connect(along: lane, by: deadline)
    return try await run(exchange, on: connection, along: lane)
  }

  /// The lane that requests to this URL best take now.
  ///
  /// - Parameter sender: a number for those who send much, so that they are spread evenly over the loops; without one
  ///   chance spreads the origins.
  package func lane(
    to url: HTTPURL, as identity: TLSClientIdentity? = nil, from sender: Int? = nil
  ) -> Lane {
    let origin = Origin(of: url, as: identity)
    return connector.lane(to: origin, from: sender ?? origin.hashValue)
  }

  private func check(_ url: HTTPURL) throws(ClientError) {
    do throws(DestinationError) {
      try policy.check(url)
    } catch {
      throw .destination(error)
    }
  }

  /// Nil if there is no idle connection, or the one that was tried had been dead all along: the server ended it
  /// before a byte of an answer came, so that the request may be sent again (RFC 9110 §9.2.2).
  private func sendReusing(_ exchange: Exchange, along lane: Lane) async throws(ClientError)
    -> ClientResponse?
  {
    guard let connection = await pool.take(for: lane) else { return nil }
    do throws(ClientError) {
      return try await run(exchange, on: connection, along: lane)
    } catch {
      guard error.isDisconnection, await !connection.hasAnswered else { throw error }
      return nil
    }
  }

  private func run(
    _ exchange: Exchange, on connection: ClientConnection, along lane: Lane
  ) async throws(ClientError) -> ClientResponse {
    do throws(ClientError) {
      let (response, isReusable) = try await connection.perform(exchange)
      if isReusable { await pool.put(connection, for: lane.origin) } else { await connection.close() }
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
