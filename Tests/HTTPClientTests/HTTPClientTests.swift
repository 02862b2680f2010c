import Glibc
import HTTP
import HTTPClient
import Sockets
import Synchronization
import Testing

private let accepted = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"

// One test at a time: the short deadlines are not for sharing with others.
@Suite(.serialized) struct HTTPClientTests {
  @Test("a request arrives whole, and its answer with fields and body")
  func exchanges() async throws {
    let seen = Mutex("")
    let server = try ScriptedServer { connection in
      let request = try connection.readRequest() ?? ""
      seen.withLock { $0 = request }
      try connection.write(
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 13\r\nX-A: b\r\n\r\n{\"err\":\"jwt\"}")
      try connection.waitForClose()
    }
    defer { server.stop() }
    let request = try Fixtures.request(
      "http://receiver.test:\(server.port)/events?a=b", fields: ["Authorization": "Bearer t"])
    let response = try await Fixtures.client().send(request)
    #expect(response.status.code == 400)
    #expect(response.fields["x-a"] == "b")
    #expect(String(decoding: response.body, as: UTF8.self) == "{\"err\":\"jwt\"}")
    #expect(!response.isTruncated)
    let head = seen.withLock { $0 }
    #expect(head.hasPrefix("POST /events?a=b HTTP/1.1\r\n"))
    #expect(head.contains("Host: receiver.test:\(server.port)\r\n"))
    #expect(head.contains("Authorization: Bearer t\r\n"))
    #expect(head.contains("Content-Length: 3\r\n"))
    #expect(!head.lowercased().contains("accept-encoding"))
    #expect(head.hasSuffix("\r\n\r\nset"))
  }

  @Test("a redirect is an answer and is not followed", arguments: [301, 302, 303, 307, 308])
  func doesNotFollow(status: Int) async throws {
    let target = try ScriptedServer.answering(accepted)
    let server = try ScriptedServer.answering(
      "HTTP/1.1 \(status) Elsewhere\r\nLocation: http://127.0.0.1:\(target.port)/\r\nContent-Length: 0\r\n\r\n"
    )
    defer {
      server.stop()
      target.stop()
    }
    let response = try await Fixtures.client().send(Fixtures.request("http://receiver.test:\(server.port)/"))
    #expect(response.status.code == status)
    #expect(target.connectionCount == 0)
  }

  /// Bytes in place of an answer, and the code of the failure that they end in.
  struct BrokenAnswer: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: String
    let code: String

    init(_ description: String, _ bytes: String, _ code: String) {
      testDescription = description
      self.bytes = bytes
      self.code = code
    }
  }

  @Test(
    "bytes that are no complete response head fail with a stable code",
    arguments: [
      BrokenAnswer("nothing", "", "connection_closed"),
      BrokenAnswer("cut status line", "HTTP/1.1 202 Acc", "connection_closed"),
      BrokenAnswer("cut fields", "HTTP/1.1 202 Accepted\r\nContent-Le", "connection_closed"),
      BrokenAnswer("garbage", "garbage\r\n\r\n", "response_malformed"),
      BrokenAnswer("HTTP/0.9", "<html></html>", "response_malformed"),
      BrokenAnswer("HTTP/2.0", "HTTP/2.0 200 OK\r\n\r\n", "response_malformed"),
      BrokenAnswer("blank before colon", "HTTP/1.1 202 Accepted\r\nX : y\r\n\r\n", "response_malformed"),
      BrokenAnswer("unasked upgrade", "HTTP/1.1 101 Switching Protocols\r\n\r\n", "response_malformed"),
      BrokenAnswer(
        "flood of 1xx", String(repeating: "HTTP/1.1 103 Early Hints\r\n\r\n", count: 20) + accepted,
        "response_malformed"),
      BrokenAnswer(
        "endless field", "HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 1 << 20),
        "response_too_large"),
      BrokenAnswer(
        "countless fields", "HTTP/1.1 200 OK\r\n" + String(repeating: "X: y\r\n", count: 1000) + "\r\n",
        "response_too_large"),
    ])
  func refusesResponse(answer: BrokenAnswer) async throws {
    let server = try ScriptedServer { connection in
      _ = try connection.readRequest()
      try connection.write(answer.bytes)
    }
    defer { server.stop() }
    let code = try await Fixtures.client().failureCode(posting: "http://receiver.test:\(server.port)/")
    #expect(code == answer.code)
  }

  @Test(
    "a complete head is the answer although its body breaks",
    arguments: [
      "HTTP/1.1 202 Accepted\r\nContent-Length: 10\r\n\r\nshort",
      "HTTP/1.1 202 Accepted\r\nContent-Length: 99999999\r\n\r\n",
      "HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
      "HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
    ])
  func takesHead(bytes: String) async throws {
    let server = try ScriptedServer { connection in
      _ = try connection.readRequest()
      try connection.write(bytes)
    }
    defer { server.stop() }
    let client = try Fixtures.client()
    let response = try await client.send(Fixtures.request("http://receiver.test:\(server.port)/"))
    #expect(response.status == .accepted)
    #expect(response.isTruncated)
    #expect(client.pool.idleCount == 0)
  }

  @Test("an endless body is read up to the limit, then the connection is closed")
  func stopsReading() async throws {
    let server = try ScriptedServer { connection in
      _ = try connection.readRequest()
      try connection.write("HTTP/1.1 200 OK\r\n\r\n")
      while true { try connection.write([UInt8](repeating: 0x61, count: 65_536)) }
    }
    defer { server.stop() }
    let response = try await Fixtures.client().send(Fixtures.request("http://receiver.test:\(server.port)/"))
    #expect(response.status == .ok)
    #expect(response.isTruncated)
  }

  @Test("interim responses before the answer are skipped")
  func skipsInterim() async throws {
    let server = try ScriptedServer.answering("HTTP/1.1 100 Continue\r\n\r\n" + accepted)
    defer { server.stop() }
    let response = try await Fixtures.client().send(Fixtures.request("http://receiver.test:\(server.port)/"))
    #expect(response.status == .accepted)
  }

  @Test("a field that would break out of its line is refused before anything is sent")
  func refusesInjection() async throws {
    let request = try Fixtures.request("http://receiver.test:1/", fields: ["Authorization": "a\r\nX: y"])
    let client = try Fixtures.client()
    let error = await #expect(throws: ClientError.self) { try await client.send(request) }
    #expect(error?.code == "request_invalid")
  }
}

// MARK: - Deadlines

extension HTTPClientTests {
  @Test("a server that takes the request and says nothing ends in a timeout")
  func timesOut() async throws {
    let server = try ScriptedServer { try $0.waitForClose() }
    defer { server.stop() }
    var limits = Fixtures.limits
    limits.total = .milliseconds(500)
    let client = try Fixtures.client(limits: limits)
    let start = ContinuousClock.now
    #expect(try await client.failureCode(posting: "http://receiver.test:\(server.port)/") == "timeout")
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test("bytes that drip in do not move the deadline")
  func boundsDrip() async throws {
    let server = try ScriptedServer { connection in
      try connection.write("HTTP/1.1 200 OK\r\nX: ")
      while true {
        try connection.write("x")
        usleep(5000)
      }
    }
    defer { server.stop() }
    var limits = Fixtures.limits
    limits.total = .milliseconds(500)
    let client = try Fixtures.client(limits: limits)
    let start = ContinuousClock.now
    #expect(try await client.failureCode(posting: "http://receiver.test:\(server.port)/") == "timeout")
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test("a body that hangs behind a complete head ends at the deadline with the answer")
  func answersHungBody() async throws {
    let server = try ScriptedServer { connection in
      try connection.write("HTTP/1.1 202 Accepted\r\nContent-Length: 5\r\n\r\n")
      try connection.waitForClose()
    }
    defer { server.stop() }
    var limits = Fixtures.limits
    limits.total = .milliseconds(500)
    let response = try await Fixtures.client(limits: limits)
      .send(Fixtures.request("http://receiver.test:\(server.port)/"))
    #expect(response.status == .accepted)
    #expect(response.isTruncated)
  }

  @Test("a cancelled task stops waiting for the answer")
  func cancels() async throws {
    let hasRequest = AsyncStream.makeStream(of: Void.self)
    let server = try ScriptedServer { connection in
      _ = try connection.readRequest()
      hasRequest.continuation.yield()
      try connection.waitForClose()
    }
    defer { server.stop() }
    let client = try Fixtures.client()
    let task = Task { try await client.failureCode(posting: "http://receiver.test:\(server.port)/") }
    for await _ in hasRequest.stream { break }
    task.cancel()
    #expect(try await task.value == "cancelled")
  }
}
