package import Sockets

/// The way that a request takes: to which origin, and on which loop. A task that sends runs best on that loop, and so do
/// the connections that it uses.
package struct Lane: Sendable {
  let origin: Origin
  package let loop: EventLoop
}
