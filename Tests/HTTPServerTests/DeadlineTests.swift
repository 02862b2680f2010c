import Foundation
import HTTP
import HTTPServer
import Sockets
import Testing

@Suite(.timeLimit(.minutes(1))) struct DeadlineTests {
  private static func limits(_ change: (inout ServerLimits) -> Void) -> ServerLimits {
    var limits = ServerLimits()
    change(&limits)
    return limits
  }

  @Test(
    "F25 an idle connection is closed without a word", arguments: ["", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"])
  func idle(request: String) async throws {
    try await TestServer.run(limits: Self.limits { $0.idleTimeout = .milliseconds(400) }) { server in
      let text = try await server.exchange(request)
      #expect(statuses(in: text) == (request.isEmpty ? [] : [200]))
      try await server.wait { $0.failures["idle_timeout"] == 1 && $0.open == 0 }
    }
  }

  @Test("F25 the header deadline is absolute: a byte now and then does not move it")
  func slowHead() async throws {
    try await TestServer.run(limits: Self.limits { $0.headerDeadline = .milliseconds(60) }) { server in
      let client = try await server.connect()
      let dripping = Task {
        try await client.send("GET / HTTP/1.1\r\nX: ")
        while !Task.isCancelled {
          try await client.send("y")
          try await Task.sleep(for: .milliseconds(5))
        }
      }
      let text = try await client.receiveAll()
      dripping.cancel()
      #expect(statuses(in: text) == [408])
      #expect(text.hasSuffix("header_timeout"))
    }
  }

  @Test("F25 a body that comes too slowly is 408 when its grace is used up")
  func slowBody() async throws {
    let limits = Self.limits {
      $0.bodyGrace = .milliseconds(40)
      $0.bodyMinimumRate = 1 << 20
    }
    try await TestServer.run(limits: limits) { server in
      let text = try await server.exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabc")
      #expect(statuses(in: text) == [408])
      #expect(server.server.counters.failures["body_timeout"] == 1)
    }
  }

  @Test("F25 a body that is fast enough still ends at the body deadline")
  func endlessBody() async throws {
    let limits = Self.limits {
      $0.bodyDeadline = .milliseconds(60)
      $0.bodyMinimumRate = 1
    }
    try await TestServer.run(limits: limits) { server in
      let client = try await server.connect()
      let dripping = Task {
        try await client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
        while !Task.isCancelled {
          try await client.send("y")
          try await Task.sleep(for: .milliseconds(5))
        }
      }
      let text = try await client.receiveAll()
      dripping.cancel()
      #expect(statuses(in: text) == [408])
    }
  }

  @Test("F25 a client that does not read its response is cut off")
  func slowRead() async throws {
    let handler = ServerHandler.answering { _, _ in
      Response(status: .ok, body: Array(repeating: 0x61, count: 16 << 20))
    }
    let limits = Self.limits {
      $0.writeDeadline = .milliseconds(50)
      $0.requestsPerConnection = 1
    }
    try await TestServer.run(limits: limits, handler: handler) { server in
      let client = try await server.connect()
      try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      try await server.wait { !$0.failures.isEmpty && $0.open == 0 }
      #expect(server.server.counters.failures == ["write_timeout": 1])
      withExtendedLifetime(client) {}
    }
  }

  @Test("a connection is closed behind its last permitted request")
  func requestsPerConnection() async throws {
    try await TestServer.run(limits: Self.limits { $0.requestsPerConnection = 2 }) { server in
      let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
      let text = try await server.exchange(get + get + get)
      #expect(statuses(in: text) == [200, 200])
      #expect(text.components(separatedBy: "Connection: close").count == 2)
      #expect(server.server.counters.failures == ["request_limit": 1])
    }
  }

  @Test("a client that closes by itself has met no limit")
  func closesByItself() async throws {
    try await TestServer.run(limits: Self.limits { $0.requestsPerConnection = 1 }) { server in
      let text = try await server.exchange("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      #expect(statuses(in: text) == [200])
      #expect(server.server.counters.failures.isEmpty)
    }
  }

  @Test("a connection is closed behind the request in which it becomes too old")
  func connectionLifetime() async throws {
    try await TestServer.run(limits: Self.limits { $0.connectionLifetime = .zero }) { server in
      let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
      let text = try await server.exchange(get + get)
      #expect(statuses(in: text) == [200])
      #expect(server.server.counters.failures == ["lifetime": 1])
    }
  }
}
