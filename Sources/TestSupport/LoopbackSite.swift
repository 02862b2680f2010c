package import HTTP
import HTTPServer
import Sockets
import Synchronization

/// A web site on loopback that answers as a test wants, and counts what it was asked for.
///
/// It listens until the process ends, so that no other test's site ever gets its port.
package final class LoopbackSite: Sendable {
  package typealias Answer = @Sendable (Request) async -> Response

  /// `http://127.0.0.1:port`.
  package let origin: String
  private let requests: Requests

  /// - Parameter answer: what each request is answered with; while it waits, the request is under way.
  package init(_ answer: @escaping Answer) throws {
    let listener = try ListeningSocket(on: SocketAddress(parsing: "127.0.0.1:0"))
    let requests = Requests()
    self.requests = requests
    origin = "http://\(listener.boundAddress)"
    let server = HTTPServer(
      label: "site", listener: listener,
      handler: ServerHandler(
        bodyLimit: { _ in 1 << 20 },
        respond: { request, _ in
          requests.all.withLock { $0.append(request) }
          return await answer(request)
        },
        renderFailure: { failure, _ in Response(status: failure.status) }))
    Task { try await server.run() }
  }

  /// A URL at this site.
  package func url(_ path: String) throws -> HTTPURL {
    try HTTPURL(parsing: origin + path)
  }

  /// What was asked for, in order of arrival.
  package var received: [Request] { requests.all.withLock { $0 } }

  /// How often a path was asked for.
  package func count(_ path: String) -> Int {
    received.count { $0.target.path == path }
  }

  private final class Requests: Sendable {
    let all = Mutex<[Request]>([])
  }
}
