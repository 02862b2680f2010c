import HTTP
import OpenSSL
import Sockets

/// What a connection is good for: requests to one scheme, host and port (RFC 9110 §4.3.1), nothing else. A request,
/// and with it its `Authorization`, never travels on another origin's connection.
///
/// Nor does a request travel on a connection that was made with another identity of ours.
struct Origin: Hashable, Sendable {
  let isSecure: Bool
  /// A name in lower case, or an address without brackets.
  let host: String
  let port: UInt16
  /// What we show of ourselves there.
  let identity: TLSClientIdentity?

  init(of url: HTTPURL, as identity: TLSClientIdentity? = nil) {
    self.identity = identity
    isSecure = url.scheme == .https
    host = url.resolvableHost
    port = url.effectivePort
  }

  /// What the server's certificate must be for. The dot that may end a name is for resolvers: certificates and
  /// SNI (RFC 6066 §3) have none.
  var peerName: TLSPeerName {
    if IPAddress(host) != nil { return .ip(host) }
    return .dns(host.last == "." ? String(host.dropLast()) : host)
  }
}
