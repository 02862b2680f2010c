import API
import Sockets

/// The two sockets that the daemon is called on.
struct Listeners {
  let publicSocket: ListeningSocket
  let adminSocket: ListeningSocket

  /// Binds both.
  ///
  /// - Throws: `SocketError` with the address that cannot be had.
  init(_ configuration: Configuration) throws(SocketError) {
    publicSocket = try ListeningSocket(on: configuration.publicListener.address)
    adminSocket = try ListeningSocket(on: configuration.adminListener.address)
  }

  var checks: [ReadinessChecks.Check] {
    [
      ReadinessChecks.Check("public_listener") { [publicSocket] in publicSocket.failure?.description },
      ReadinessChecks.Check("admin_listener") { [adminSocket] in adminSocket.failure?.description },
    ]
  }
}
