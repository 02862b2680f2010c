import Glibc
import HTTP
import OpenSSL
import Sockets

extension ClientError {
  /// The stable name of the cause, for metrics and stored outcomes. The values never change.
  package var code: String {
    switch self {
    case .invalidRequest: "request_invalid"
    case .destination: "destination_refused"
    case .resolution(let error): Self.code(of: error)
    case .connect(let error): Self.code(ofConnecting: error)
    case .proxy: "proxy_unreachable"
    case .proxyRefusal: "proxy_refused"
    case .tls(let failure): failure.code.rawValue
    case .tlsTimeout: "tls_timeout"
    case .timeout: "timeout"
    case .connectionReset: "connection_reset"
    case .connectionClosed: "connection_closed"
    case .malformedResponse: "response_malformed"
    case .responseTooLarge: "response_too_large"
    case .cancelled: "cancelled"
    }
  }

  private static func code(of error: ResolverError) -> String {
    switch error {
    case .notFound: "dns_not_found"
    case .deadlinePassed: "dns_timeout"
    case .temporaryFailure, .failed, .cancelled: "dns_error"
    }
  }

  private static func code(ofConnecting error: SocketError) -> String {
    switch error.cause {
    case .deadlinePassed, .system(ETIMEDOUT): "connect_timeout"
    case .system(ECONNREFUSED): "connect_refused"
    case .system(EHOSTUNREACH), .system(ENETUNREACH), .system(EADDRNOTAVAIL), .system(EACCES), .system(EPERM):
      "connect_unreachable"
    default: "connect_failed"
    }
  }
}

extension ClientError: CustomStringConvertible {
  /// The cause and, where there is one, the remedy.
  package var description: String {
    switch self {
    case .invalidRequest(let error): "the request cannot be sent: \(error)"
    case .destination(let error): "the destination is refused: \(error)"
    case .resolution(let error): "\(error)"
    case .connect(let error): "\(error)"
    case .proxy(let error): "the proxy (delivery.proxy) cannot be reached: \(error)"
    case .proxyRefusal(let status): "the proxy (delivery.proxy) makes no connection to the server: \(status)"
    case .tls(let failure): "\(failure)"
    case .tlsTimeout: "the server did not finish the TLS handshake in time"
    case .timeout: "the server did not answer in time"
    case .connectionReset(let error): "the connection broke before an answer came: \(error)"
    case .connectionClosed: "the server closed the connection without an answer"
    case .malformedResponse(let fault): "\(fault)"
    case .responseTooLarge: "the head of the server's answer is too large"
    case .cancelled: "the request was cancelled"
    }
  }
}
