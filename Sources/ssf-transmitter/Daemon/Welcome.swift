import Glibc
import HTTP
import SharedSignals
import Sockets
import Transmitter

/// What somebody who starts the daemon for the first time wants to see: where things are, and three commands
/// that work as they stand.
struct Welcome {
  let issuer: HTTPURL
  let admin: SocketAddress
  let files: StateFiles

  var text: String {
    let token = Self.absolute(files.adminToken)
    let bearer = "-H \"Authorization: Bearer $(cat \(token))\""
    let discovery = issuer.origin + TransmitterMetadata.path(issuerPath: issuer.path)
    let event = #"{"type":"session-revoked","subject":{"format":"email","email":"jane@example.com"}}"#
    return """

      The transmitter is ready.
        discovery    \(discovery)
        admin token  \(token)

      Try, in another terminal:
        curl -s \(discovery)
        curl -s \(bearer) http://\(admin)/v1/streams
        curl -s \(bearer) http://\(admin)/v1/events --json '\(event)'

      """
  }

  /// The path as it works from any directory.
  private static func absolute(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
