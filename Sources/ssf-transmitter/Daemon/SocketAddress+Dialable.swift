import Glibc
import Sockets

extension SocketAddress {
  /// Where a caller on this machine finds a listener: one that is bound to every address is found on loopback,
  /// which also is a host that the admin listener answers to.
  var dialable: SocketAddress {
    guard ip.value == 0 else { return self }
    let loopback =
      switch ip.family {
      case .v4: IPAddress(v4: INADDR_LOOPBACK)
      case .v6: IPAddress(v6: 1)
      }
    return SocketAddress(ip: loopback, port: port)
  }
}
