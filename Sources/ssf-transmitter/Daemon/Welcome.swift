import HTTP
import Sockets
import Transmitter

/// What somebody who starts the daemon for the first time wants to see: where things are, and three commands
/// that work as they stand.
struct Welcome {
  let issuer: HTTPURL
  let admin: SocketAddress
  let state: StateDirectory

  var text: String {
    """

    The transmitter is ready.
      discovery    \(issuer.origin)/.well-known/ssf-configuration
      admin token  \(state.adminToken)

    Try, in another terminal:
      curl -s \(issuer.origin)/.well-known/ssf-configuration
      curl -s -H "Authorization: Bearer $(cat \(state.adminToken))" http://\(admin)/v1/streams
      curl -s -H "Authorization: Bearer $(cat \(state.adminToken))" http://\(admin)/v1/events \\
        --json '{"type":"session-revoked","subject":{"format":"email","email":"jane@example.com"}}'

    """
  }
}
