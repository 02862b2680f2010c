package import HTTP
package import Sockets

/// Where requests may go, so that a URL given by a stranger cannot reach into our own network (SSRF).
///
/// Loopback, private, link-local (with the cloud metadata address), shared, multicast, documentation and
/// reserved addresses are refused, also where an IPv6 address only carries such an IPv4 address, unless a
/// configured network holds them. The policy judges addresses, not names: what counts is the address that is
/// dialled, so the caller checks every address a name resolves to and then connects to those very addresses.
package struct DestinationPolicy: Sendable {
  private let allowed: [CIDR]
  private let allowsPlainHTTP: Bool

  /// - Parameters:
  ///   - allowed: networks that are open although they are not public (`delivery.allowed_networks`).
  ///   - allowsPlainHTTP: whether `http` URLs are taken too; for development.
  package init(allowed: [CIDR], allowsPlainHTTP: Bool) {
    self.allowed = allowed
    self.allowsPlainHTTP = allowsPlainHTTP
  }

  /// Refuses an address that must not be dialled.
  package func check(_ address: IPAddress) throws(DestinationError) {
    if allowed.contains(where: { $0.contains(address) }) { return }
    if let carried = address.carriedIPv4 { return try check(carried) }
    if let use = SpecialNetwork.use(of: address) { throw .forbidden(address, use) }
  }

  /// Refuses a URL that no look-up could make acceptable: its scheme, or the address that is its host. Numeric
  /// hosts in other than the plain form (`2130706433`, `0177.0.0.1`, `127.1`) never become an `HTTPURL`.
  package func check(_ url: HTTPURL) throws(DestinationError) {
    guard url.scheme == .https || allowsPlainHTTP else { throw .plainHTTP }
    if let address = IPAddress(url.resolvableHost) { try check(address) }
  }
}
