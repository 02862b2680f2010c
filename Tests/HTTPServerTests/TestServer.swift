import Foundation
import HTTP
import HTTPServer
import Sockets
import Testing

/// A server on a free loopback port with a handler that answers what it was asked, for the time of one
/// closure.
struct TestServer: Sendable {
  let server: HTTPServer
  let address: SocketAddress

  /// Runs `body` against a server and stops the server behind it.
  static func run(
    limits: ServerLimits = ServerLimits(), allowedHosts: Set<String>? = nil,
    proxies: TrustedProxies = TrustedProxies(), handler: ServerHandler = .echo(),
    _ body: (TestServer) async throws -> Void
  ) async throws {
    let listener = try ListeningSocket(on: SocketAddress(parsing: "127.0.0.1:0"))
    let server = HTTPServer(
      label: "test", listener: listener, limits: limits, allowedHosts: allowedHosts, proxies: proxies,
      handler: handler)
    let running = Task { try await server.run() }
    defer { server.stopNow() }
    try await body(TestServer(server: server, address: listener.boundAddress))
    server.stopNow()
    try await running.value
  }

  func connect() async throws -> TestClient {
    TestClient(try await Socket.connect(to: address, deadline: .after(.seconds(20))))
  }

  /// Sends the bytes over a new connection and returns all that comes back until the server closes.
  func exchange(_ text: String) async throws -> String {
    try await exchange(Array(text.utf8))
  }

  /// As ``exchange(_:)``, in pieces of at most that many bytes.
  func exchange(_ bytes: [UInt8], pieceSize: Int = .max) async throws -> String {
    let client = try await connect()
    for start in stride(from: 0, to: bytes.count, by: min(pieceSize, max(bytes.count, 1))) {
      try await client.send(Array(bytes[start...].prefix(pieceSize)))
    }
    return try await client.receiveAll()
  }

  /// Waits until the counters say so.
  func wait(until condition: (ServerCounters) -> Bool) async throws {
    let deadline = Deadline.after(.seconds(20))
    while !condition(server.counters) {
      try #require(!deadline.hasPassed, "the counters are \(server.counters)")
      try await Task.sleep(for: .milliseconds(2))
    }
  }
}

extension ServerHandler {
  /// Answers `METHOD path body`; failures are answered with their code.
  static func echo(bodyLimit: Int = 1 << 20) -> ServerHandler {
    ServerHandler(
      bodyLimit: { _ in bodyLimit },
      respond: { request, _ in
        let body = String(decoding: request.body, as: UTF8.self)
        return Response(status: .ok, body: Array("\(request.method) \(request.target.path) \(body)".utf8))
      },
      renderFailure: { failure, _ in Response(status: failure.status, body: Array(failure.code.utf8)) })
  }

  /// As ``echo(bodyLimit:)``, with another answer to whole requests.
  static func answering(
    _ respond: @escaping @Sendable (Request, ClientAddress) async -> Response
  ) -> ServerHandler {
    var handler = echo()
    handler.respond = respond
    return handler
  }
}

/// The client's end of a connection, in the raw.
final class TestClient: Sendable {
  let socket: Socket
  private let deadline = Deadline.after(.seconds(20))

  init(_ socket: Socket) {
    self.socket = socket
  }

  func send(_ text: String) async throws {
    try await send(Array(text.utf8))
  }

  func send(_ bytes: [UInt8]) async throws {
    try await socket.send(bytes, deadline: deadline)
  }

  /// All bytes until the server ends its side.
  func receiveAll() async throws -> String {
    var bytes: [UInt8] = []
    while try await socket.receive(into: &bytes, atMost: 1 << 16, deadline: deadline) > 0 {}
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Bytes up to and with the given text, which must be the last of what the server sends for now.
  func receive(through end: String) async throws -> String {
    var bytes: [UInt8] = []
    while !String(decoding: bytes, as: UTF8.self).contains(end) {
      let count = try await socket.receive(into: &bytes, atMost: 1 << 16, deadline: deadline)
      try #require(count > 0, "closed after \(String(decoding: bytes, as: UTF8.self))")
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The status codes of all responses in a text, in order.
func statuses(in text: String) -> [Int] {
  text.components(separatedBy: "HTTP/1.1 ").dropFirst().compactMap { Int($0.prefix(3)) }
}
