package import HTTP
import HTTPServer
import JOSE
import JSON
package import SharedSignals
import Sockets
import Synchronization

/// A receiver of pushed SETs (RFC 8935) on loopback that answers as a test wants, and remembers what came.
///
/// It listens until the process ends, so that no other test's receiver ever gets a port that somebody still pushes
/// to.
package final class LoopbackReceiver: Sendable {
  /// One SET as it arrived.
  package struct Push: Sendable {
    package let token: SecurityEventToken
    package let fields: HTTPFields
    package let path: String
    /// The body as it came: the compact JWS.
    package let body: [UInt8]

    /// The request's Authorization, as it came.
    package var authorization: String? { fields["Authorization"] }
  }

  package typealias Answer = @Sendable (Push) async -> Response

  private let address: SocketAddress
  private let state: SharedState

  /// - Parameter answer: what each push is answered with; while it waits, the push is under way.
  package init(_ answer: @escaping Answer = { _ in .accepted }) throws {
    let listener = try ListeningSocket(on: SocketAddress(parsing: "127.0.0.1:0"))
    let state = SharedState()
    var limits = ServerLimits()
    limits.connectionsPerAddress = limits.connections
    self.state = state
    address = listener.boundAddress
    let server = HTTPServer(
      label: "receiver", listener: listener, limits: limits,
      handler: ServerHandler(
        bodyLimit: { _ in 1 << 20 },
        respond: { request, _ in await state.respond(to: request, answer) },
        renderFailure: { failure, _ in Response(status: failure.status) }))
    Task { try await server.run() }
  }

  /// - Parameters:
  ///   - gate: holds every push under way until it is opened.
  ///   - response: what each is answered with then.
  package convenience init(behind gate: Gate, answering response: Response = .accepted) throws {
    try self.init { _ in
      await gate.pass()
      return response
    }
  }

  /// A URL at this receiver.
  package func url(_ path: String = "/events") throws -> HTTPURL {
    try HTTPURL(parsing: "http://\(address)\(path)")
  }

  /// Everything that came, in order of arrival.
  package var pushes: [Push] { state.value.withLock { $0.pushes } }
  /// The `jti` of everything that came, in order of arrival.
  package var tokenIDs: [String] { pushes.map(\.token.id) }
  /// How many pushes wait for their answer.
  package var underWay: Int { state.value.withLock { $0.underWay } }
  /// The most that ever waited at once.
  package var mostUnderWay: Int { state.value.withLock { $0.mostUnderWay } }

  /// Waits until at least that many pushes have come.
  package func waitForPushes(_ count: Int) async throws {
    try await eventually("\(count) pushes came") { self.pushes.count >= count }
  }

  /// What the server's tasks write and the test reads.
  private final class SharedState: Sendable {
    struct State {
      var pushes: [Push] = []
      var underWay = 0
      var mostUnderWay = 0
    }

    let value = Mutex(State())

    func respond(to request: Request, _ answer: Answer) async -> Response {
      guard let push = Push(request) else { return Response(status: .badRequest) }
      value.withLock { state in
        state.pushes.append(push)
        state.underWay += 1
        state.mostUnderWay = max(state.mostUnderWay, state.underWay)
      }
      let response = await answer(push)
      value.withLock { $0.underWay -= 1 }
      return response
    }
  }
}

extension LoopbackReceiver.Push {
  /// Nil for a request that carries no SET.
  fileprivate init?(_ request: Request) {
    guard request.method == .post, request.mediaType == SecurityEventToken.mediaType,
      let jws = try? CompactJWS(parsing: request.body), let claims = try? JSONValue(parsing: jws.payload),
      let token = try? SecurityEventToken(claims: claims)
    else { return nil }
    self.token = token
    fields = request.fields
    path = request.target.path
    body = request.body
  }
}

extension Response {
  /// The answer of RFC 8935 §2.2 to a SET that was taken.
  package static let accepted = Response(status: .accepted)

  /// The answer of RFC 8935 §2.3 to a SET that was not.
  package static func refusal(_ code: String) -> Response {
    Response(
      status: .badRequest, fields: ["Content-Type": "application/json"],
      body: Array(#"{"err":"\#(code)","description":"no"}"#.utf8))
  }
}
