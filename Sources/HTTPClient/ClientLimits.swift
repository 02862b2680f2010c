/// The bounds of every request and of the pool of idle connections. The defaults are the product's promise:
/// whatever the server does, an attempt ends within `total` and takes in at most head plus body.
package struct ClientLimits: Sendable {
  /// For looking up the host.
  package var dns = Duration.seconds(5)
  /// For connecting, over all addresses that are tried.
  package var connect = Duration.seconds(5)
  /// For the TLS handshake.
  package var tls = Duration.seconds(5)
  /// For the whole attempt, look-up to last byte, a repeat on a fresh connection included.
  package var total = Duration.seconds(15)
  /// Status line and fields of a response, in bytes.
  package var head = 16 * 1024
  /// What is read of a response's body, in bytes.
  package var body = 64 * 1024
  /// Idle connections kept per origin.
  package var idlePerOrigin = 8
  /// Idle connections kept in all.
  package var idleInAll = 256
  /// How long a connection is kept idle.
  package var idleTime = Duration.seconds(60)

  package init() {}
}
