import HTTP
import OpenSSL
import Sockets

extension ClientConnection {
  /// Has the proxy at the other end make a connection to the origin (RFC 9110 §9.3.6): from then on the bytes are the
  /// origin's.
  func openTunnel(to origin: Origin, _ limits: ClientLimits, by deadline: Deadline) async throws(ClientError)
  {
    let authority = origin.authority
    let request = "CONNECT \(authority) HTTP/1.1\r\nHost: \(authority)\r\n\r\n"
    // Like an answer to HEAD, one to CONNECT has no body when it matters.
    let exchange = Exchange(
      message: Array(request.utf8), method: .head, limits: limits, deadline: deadline)
    let (response, _) = try await perform(exchange)
    guard response.status.isSuccess else { throw .proxyRefusal(response.status) }
  }

  /// Goes on in TLS.
  func secure(with session: consuming TLSSession) {
    tls = consume session
  }
}

extension Origin {
  fileprivate var authority: String {
    host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
