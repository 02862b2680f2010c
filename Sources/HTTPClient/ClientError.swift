package import HTTP
package import OpenSSL
package import Sockets

/// Why a request got no answer. Each cause has a stable `code` for metrics and stored outcomes.
package enum ClientError: Error, Equatable, Sendable {
  /// The request cannot be written: a field holds what would end it early.
  case invalidRequest(SerializationError)
  /// The policy forbids the URL or an address of its host.
  case destination(DestinationError)
  /// The host has no address now.
  case resolution(ResolverError)
  /// No address of the host took the connection; the cause is that of the last one.
  case connect(SocketError)
  /// The configured proxy cannot be reached; the cause is that of a connection to it.
  indirect case proxy(ClientError)
  /// The proxy makes no connection to the host: its answer's status.
  case proxyRefusal(HTTPStatus)
  /// TLS failed, in the handshake or later.
  case tls(TLSFailure)
  /// The handshake took too long.
  case tlsTimeout
  /// The attempt's deadline passed before the head of a response was complete.
  case timeout
  /// The connection broke before the head of a response was complete.
  case connectionReset(SocketError)
  /// The server ended the connection before the head of a response was complete.
  case connectionClosed
  /// What came is no HTTP/1.x response.
  case malformedResponse(ResponseError)
  /// The head of the response is over the limit.
  case responseTooLarge
  /// The calling task was cancelled.
  case cancelled
}
