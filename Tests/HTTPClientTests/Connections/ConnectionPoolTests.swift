import Dispatch
import Glibc
import HTTP
import HTTPClient
import OpenSSL
import Sockets
import Testing

private let accepted = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"

// One test at a time: the short deadlines are not for sharing with others.
@Suite(.serialized) struct ConnectionPoolTests {
  private func post(_ client: HTTPClient, _ server: ScriptedServer, host: String = "receiver.test")
    async throws
  {
    let response = try await client.send(Fixtures.request("http://\(host):\(server.port)/"))
    #expect(response.status == .accepted)
  }

  @Test("requests to one origin reuse its connection, other origins get their own")
  func reuses() async throws {
    let server = try ScriptedServer.answering(accepted)
    defer { server.stop() }
    let client = try Fixtures.client()
    for _ in 1...5 { try await post(client, server) }
    #expect(server.connectionCount == 1)
    try await post(client, server, host: "other.test")
    #expect(server.connectionCount == 2)
    #expect(client.pool.idleCount == 2)
  }

  @Test(
    "a connection is not kept where the answer forbids it",
    arguments: [
      "HTTP/1.1 202 Accepted\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.0 202 Accepted\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    ])
  func doesNotKeep(response: String) async throws {
    let server = try ScriptedServer.answering(response)
    defer { server.stop() }
    let client = try Fixtures.client()
    for _ in 1...2 { try await post(client, server) }
    #expect(server.connectionCount == 2)
    #expect(client.pool.idleCount == 0)
  }

  @Test("a connection that the server ends in answer to the next request is replaced unnoticed")
  func replacesDead() async throws {
    let server = try ScriptedServer { connection in
      guard connection.number == 1 else {
        while try connection.readRequest() != nil { try connection.write(accepted) }
        return
      }
      _ = try connection.readRequest()
      try connection.write(accepted)
      _ = try connection.readRequest()
    }
    defer { server.stop() }
    let client = try Fixtures.client()
    for _ in 1...3 { try await post(client, server) }
    #expect(server.connectionCount == 2)
  }

  @Test("a request whose answer has begun is not sent again")
  func doesNotRepeat() async throws {
    let server = try ScriptedServer { connection in
      _ = try connection.readRequest()
      try connection.write(accepted)
      _ = try connection.readRequest()
      try connection.write("HTTP/1.1 2")
    }
    defer { server.stop() }
    let client = try Fixtures.client()
    try await post(client, server)
    #expect(
      try await client.failureCode(posting: "http://receiver.test:\(server.port)/") == "connection_closed")
    #expect(server.connectionCount == 1)
  }

  @Test("a request on a fresh connection is not repeated")
  func doesNotRepeatFresh() async throws {
    let server = try ScriptedServer { connection in
      _ = try connection.readRequest()
      connection.resetOnClose()
    }
    defer { server.stop() }
    let client = try Fixtures.client()
    #expect(
      try await client.failureCode(posting: "http://receiver.test:\(server.port)/") == "connection_reset")
    #expect(server.connectionCount == 1)
  }

  @Test("bytes on an idle connection are never the answer to the next request")
  func distrustsUnexpectedBytes() async throws {
    let isSent = AsyncStream.makeStream(of: Void.self)
    let server = try ScriptedServer { connection in
      _ = try connection.readRequest()
      try connection.write(accepted)
      guard connection.number == 1 else { return try connection.waitForClose() }
      usleep(20_000)
      try connection.write("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
      isSent.continuation.yield()
      try connection.waitForClose()
    }
    defer { server.stop() }
    let client = try Fixtures.client()
    try await post(client, server)
    for await _ in isSent.stream { break }
    try await post(client, server)
    #expect(server.connectionCount == 2)
  }

  @Test("no more connections are kept than the limits allow")
  func boundsIdle() async throws {
    let server = try ScriptedServer.answering(accepted)
    defer { server.stop() }
    var limits = Fixtures.limits
    limits.idlePerOrigin = 2
    limits.idleInAll = 3
    let client = try Fixtures.client(limits: limits)
    for host in ["a.test", "b.test"] {
      await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 1...6 { group.addTask { try await post(client, server, host: host) } }
      }
      #expect(client.pool.idleCount <= (host == "a.test" ? 2 : 3))
    }
  }

  @Test(
    "what the loop of a sender does not keep up with goes to another, and waits for nothing there",
    .enabled(if: sysconf(CInt(_SC_NPROCESSORS_ONLN)) > 1, "there is only one loop"))
  func leavesBusyLoop() async throws {
    let server = try ScriptedServer.answering(accepted)
    defer { server.stop() }
    let client = try Fixtures.client()
    let request = try Fixtures.request("http://receiver.test:\(server.port)/")
    let home = client.loop(for: 1)
    #expect(client.loop(for: 1) === home)
    _ = try await client.send(request, on: home)
    let isOver = DispatchSemaphore(value: 0)
    let jobs = (0...12).map { number in
      Task(executorPreference: home) { if number == 0 { isOver.waitOnThisThread() } }
    }
    let other = client.loop(for: 1)
    #expect(other !== home)
    _ = try await client.send(request, on: other)
    isOver.signal()
    for job in jobs { await job.value }
    _ = try await client.send(request, on: home)
    #expect(server.connectionCount == 2)
  }

  @Test("an idle connection is closed when its time is over")
  func reaps() async throws {
    let isClosed = AsyncStream.makeStream(of: Void.self)
    let server = try ScriptedServer { connection in
      _ = try connection.readRequest()
      try connection.write(accepted)
      try connection.waitForClose()
      isClosed.continuation.yield()
    }
    defer { server.stop() }
    var limits = Fixtures.limits
    limits.idleTime = .milliseconds(50)
    let client = try Fixtures.client(limits: limits)
    try await post(client, server)
    #expect(client.pool.idleCount == 1)
    for await _ in isClosed.stream { break }
    #expect(client.pool.idleCount == 0)
  }

  @Test("a closed pool closes what it holds and keeps nothing more")
  func closes() async throws {
    let server = try ScriptedServer.answering(accepted)
    defer { server.stop() }
    let client = try Fixtures.client()
    try await post(client, server)
    await client.pool.close()
    #expect(client.pool.idleCount == 0)
    try await post(client, server)
    #expect(client.pool.idleCount == 0)
    #expect(server.connectionCount == 2)
  }
}

extension DispatchSemaphore {
  /// Keeps the thread of a test's own loop busy.
  fileprivate func waitOnThisThread() { wait() }
}
