package import HTTPServer
import Sockets

extension ClientAddress {
  /// Somebody on this machine.
  package static let loopback = ClientAddress(IPAddress(v4: 0x7F00_0001))
}
