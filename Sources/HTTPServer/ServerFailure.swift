package import HTTP

/// Why the server itself answers a client, and ends the connection, before any endpoint has seen the request
/// (or instead of an endpoint's response that cannot be sent).
package enum ServerFailure: Error, Hashable, Sendable {
  /// The request breaks a rule of RFC 9110 or RFC 9112, or a size limit.
  case malformed(RequestError)
  /// The head was not complete within `headerDeadline`.
  case headerTimeout
  /// The body was not complete within `bodyDeadline`, or arrived below `bodyMinimumRate`.
  case bodyTimeout
  /// `Host` names none of the hosts that are served here (RFC 9110 §15.5.20).
  case misdirected
  /// The server has as many connections as it may have.
  case tooManyConnections
  /// The client's address has as many connections as it may have.
  case tooManyConnectionsOfAddress
  /// The endpoint's response holds a field that must not be sent.
  case unsendableResponse

  package var status: HTTPStatus {
    switch self {
    case .malformed(let error): error.status
    case .headerTimeout, .bodyTimeout: .requestTimeout
    case .misdirected: .misdirectedRequest
    case .tooManyConnections, .tooManyConnectionsOfAddress: .serviceUnavailable
    case .unsendableResponse: .internalServerError
    }
  }

  /// A stable code for metrics and logs.
  package var code: String {
    switch self {
    case .malformed(let error): error.reason.rawValue
    case .headerTimeout: "header_timeout"
    case .bodyTimeout: "body_timeout"
    case .misdirected: "misdirected"
    case .tooManyConnections: "too_many_connections"
    case .tooManyConnectionsOfAddress: "too_many_connections_of_address"
    case .unsendableResponse: "unsendable_response"
    }
  }
}

extension ServerFailure: CustomStringConvertible {
  /// Fit to be shown to the client.
  package var description: String {
    switch self {
    case .malformed(let error): error.description
    case .headerTimeout: "the request's header did not arrive in time"
    case .bodyTimeout: "the request's body did not arrive in time"
    case .misdirected: "the Host field names a host that is not served here"
    case .tooManyConnections: "the server has too many connections; try again later"
    case .tooManyConnectionsOfAddress: "your address has too many connections; close some or try again later"
    case .unsendableResponse: "the response could not be sent"
    }
  }
}
