import HTTP
import HTTPServer
import Sockets
import Testing

@Suite(.timeLimit(.minutes(1))) struct ClosingTests {
  private let get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"

  @Test("half-close: a whole request followed by the end is answered")
  func halfClose() async throws {
    try await TestServer.run { server in
      let client = try await server.connect()
      try await client.send(get + get)
      try client.socket.shutdownWrites()
      let text = try await client.receiveAll()
      #expect(statuses(in: text) == [200, 200])
      try await server.wait { $0.open == 0 }
      #expect(server.server.counters.failures.isEmpty)
    }
  }

  @Test(
    "an end in the middle of a request drops it in silence",
    arguments: ["GET /a HT", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabc"])
  func cutRequest(text: String) async throws {
    try await TestServer.run { server in
      let client = try await server.connect()
      try await client.send(text)
      try client.socket.shutdownWrites()
      #expect(try await client.receiveAll() == "")
      #expect(server.server.counters.failures == ["peer_left": 1])
      #expect(server.server.counters.requests == 0)
    }
  }

  @Test("RFC 9112 9.6 a refusal reaches a client that goes on sending")
  func lingeringClose() async throws {
    try await TestServer.run(handler: .echo(bodyLimit: 10)) { server in
      let client = try await server.connect()
      try await client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n")
      try await client.send(String(repeating: "x", count: 60000))
      let text = try await client.receiveAll()
      #expect(statuses(in: text) == [413])
    }
  }

  @Test("lingering ends at its byte limit and at its deadline")
  func lingeringLimits() async throws {
    var limits = ServerLimits()
    limits.lingerTime = .milliseconds(50)
    try await TestServer.run(limits: limits) { server in
      let client = try await server.connect()
      try await client.send("BAD\r\n\r\n")
      try await server.wait { $0.accepted == 1 && $0.open == 0 }
      let text = try await client.receiveAll()
      #expect(statuses(in: text) == [400])
    }
    limits.lingerTime = .seconds(3600)
    limits.lingerBytes = 10
    try await TestServer.run(limits: limits) { server in
      let client = try await server.connect()
      try await client.send("BAD\r\n\r\n")
      _ = try await client.receive(through: "malformed_request_line")
      try await client.send("0123456789")
      try await server.wait { $0.accepted == 1 && $0.open == 0 }
    }
  }

  @Test("F25 a flood of connections that are reset leaves nothing behind")
  func resetFlood() async throws {
    try await TestServer.run { server in
      for _ in 0..<200 {
        let client = try await server.connect()
        try await client.send("GET / HTTP")
        client.socket.close()
      }
      try await server.wait { $0.accepted == 200 && $0.open == 0 }
      let text = try await server.exchange("GET / HTTP/1.0\r\n\r\n")
      #expect(statuses(in: text) == [200])
    }
  }

  @Test("one connection more than the limit is answered 503, and served again when one has gone")
  func connectionLimit() async throws {
    var limits = ServerLimits()
    limits.connections = 2
    try await TestServer.run(limits: limits) { server in
      let clients = [try await server.connect(), try await server.connect()]
      try await server.wait { $0.open == 2 }
      let refused = try await server.exchange("")
      #expect(statuses(in: refused) == [503])
      #expect(refused.contains("\r\nConnection: close\r\n"))
      #expect(server.server.counters.refused == 1)
      #expect(server.server.counters.failures == ["too_many_connections": 1])
      clients[0].socket.close()
      try await server.wait { $0.open == 1 }
      let text = try await server.exchange("GET / HTTP/1.0\r\n\r\n")
      #expect(statuses(in: text) == [200])
    }
  }
}
