import HTTPClient
import OpenSSL
import Sockets

extension HTTPClient {
  /// A client for a verb: what it calls may be anywhere its operator says, so the rules for receivers do not apply.
  ///
  /// - Parameter patience: the longest that a call may take.
  static func anywhere(patience: Duration = .seconds(15)) throws -> HTTPClient {
    let everything = try ["0.0.0.0/0", "::/0"].map(CIDR.init)
    var limits = ClientLimits()
    limits.body = 16 << 20
    limits.total = patience
    return HTTPClient(
      policy: DestinationPolicy(allowed: everything, allowsPlainHTTP: true), tls: try TLSClientContext(),
      resolver: Resolver(), limits: limits)
  }
}
