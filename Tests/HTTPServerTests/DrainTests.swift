import HTTP
import HTTPServer
import Sockets
import Testing

@Suite(.timeLimit(.minutes(1))) struct DrainTests {
  private let get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"

  /// A handler that says when it has been entered and answers when it is let go or cancelled.
  private static func held(_ entered: AsyncStream<Void>.Continuation, _ gate: AsyncStream<Void>)
    -> ServerHandler
  {
    .answering { _, _ in
      entered.yield()
      for await _ in gate { break }
      return Response(status: .ok, body: Array("done".utf8))
    }
  }

  @Test("F19 draining closes idle connections at once and finishes the request under way")
  func drain() async throws {
    let (entrances, entered) = AsyncStream<Void>.makeStream()
    let (gate, release) = AsyncStream<Void>.makeStream()
    try await TestServer.run(handler: Self.held(entered, gate)) { server in
      let idle = try await server.connect()
      let busy = try await server.connect()
      try await busy.send(get + get)
      for await _ in entrances { break }
      try await server.wait { $0.open == 2 }
      server.server.drain()
      #expect(try await idle.receiveAll() == "")
      await #expect(throws: SocketError.self) { try await server.connect() }
      release.yield()
      let text = try await busy.receiveAll()
      #expect(statuses(in: text) == [200])
      #expect(text.contains("\r\nConnection: close\r\n"))
      #expect(text.hasSuffix("done"))
    }
  }

  @Test("F19 a request that has begun to arrive when draining starts is served")
  func drainWhileReading() async throws {
    try await TestServer.run { server in
      let client = try await server.connect()
      try await client.send("GET /warm HTTP/1.1\r\nHost: x\r\n\r\nGET /a HTTP/1.1\r\n")
      _ = try await client.receive(through: "GET /warm ")
      server.server.drain()
      try await client.send("Host: x\r\n\r\n")
      #expect(try await client.receiveAll().hasSuffix("GET /a "))
    }
  }

  @Test("F19 what has not finished within the drain time is cancelled")
  func drainTime() async throws {
    let (entrances, entered) = AsyncStream<Void>.makeStream()
    let (gate, release) = AsyncStream<Void>.makeStream()
    var limits = ServerLimits()
    limits.drainTime = .milliseconds(30)
    try await TestServer.run(limits: limits, handler: Self.held(entered, gate)) { server in
      let client = try await server.connect()
      try await client.send(get)
      for await _ in entrances { break }
      server.server.drain()
      try await server.wait { $0.open == 0 }
    }
    release.finish()
  }

  @Test("F19 stopping at once cancels the requests under way")
  func stopNow() async throws {
    let (entrances, entered) = AsyncStream<Void>.makeStream()
    let (gate, release) = AsyncStream<Void>.makeStream()
    try await TestServer.run(handler: Self.held(entered, gate)) { server in
      let client = try await server.connect()
      try await client.send(get)
      for await _ in entrances { break }
      server.server.drain()
      server.server.stopNow()
      try await server.wait { $0.open == 0 }
    }
    release.finish()
  }

  @Test("a server that is drained before it runs returns at once")
  func drainFirst() async throws {
    try await TestServer.run { $0.server.drain() }
  }
}
