import HTTP
import HTTPServer
import Testing

/// The table of malformed requests, read by a listening server instead of the parser alone.
@Suite("RFC 9112 malformed requests to a server", .timeLimit(.minutes(2))) struct MalformedRequestTests {
  private let canary = Array("GET /canary HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
  private let valid = Array("POST /first HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi".utf8)

  @Test(
    "are answered once with their status, and the connection ends before a request behind them",
    arguments: [
      Int.max, 1,
    ])
  func refused(pieceSize: Int) async throws {
    try await TestServer.run { server in
      for row in MalformedRequest.all {
        let text = try await server.exchange(row.bytes + canary, pieceSize: pieceSize)
        #expect(statuses(in: text) == [row.status], "\(row.name)")
        #expect(text.contains("\r\nConnection: close\r\n"), "\(row.name)")
      }
      #expect(server.server.counters.requests == 0)
    }
  }

  @Test("are rendered with what they asked for, where that could be read")
  func target() async throws {
    var handler = ServerHandler.echo(bodyLimit: 4)
    handler.renderFailure = { failure, target in
      Response(status: failure.status, body: Array("asked for \(target?.path ?? "nothing")".utf8))
    }
    try await TestServer.run(handler: handler) { server in
      for (request, target) in [
        ("POST /large HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n", "/large"),
        ("GET /bare HTTP/1.1\r\n\r\n", "/bare"), ("nonsense\r\n\r\n", "nothing"),
      ] {
        let text = try await server.exchange(request)
        #expect(text.hasSuffix("asked for \(target)"))
      }
    }
  }

  @Test("let the request before them be answered first")
  func validRequestComesFirst() async throws {
    try await TestServer.run { server in
      for row in MalformedRequest.all {
        let text = try await server.exchange(valid + row.bytes + canary)
        #expect(statuses(in: text) == [200, row.status], "\(row.name)")
        #expect(!text.contains("/canary"), "\(row.name)")
      }
    }
  }
}
