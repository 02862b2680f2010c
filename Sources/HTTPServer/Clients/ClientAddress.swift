package import Sockets

/// Where a request comes from.
package struct ClientAddress: Hashable, Sendable {
  package let ip: IPAddress
  /// Whether a trusted proxy made the connection, and tells whom it speaks for.
  package let isForwarded: Bool

  package init(_ ip: IPAddress, isForwarded: Bool = false) {
    self.ip = ip.unmapped
    self.isForwarded = isForwarded
  }

  /// Whether this machine itself calls. Everybody behind a proxy that does not say whom it speaks for looks so, which
  /// is why limits for addresses leave it out.
  package var isLocal: Bool { ip.isLoopback && !isForwarded }
}
