import Glibc
import HTTP
import HTTPServer
import Sockets
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct HTTPServerTests {
  private let get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"

  @Test("a request is answered with length, date and the state of the connection")
  func answer() async throws {
    try await TestServer.run { server in
      let client = try await server.connect()
      try await client.send(get)
      let response = try await client.receive(through: "GET /a ")
      #expect(response.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(response.contains("\r\nContent-Length: 7\r\n"))
      #expect(response.contains("\r\nConnection: keep-alive\r\n"))
      #expect(response.firstMatch(of: /\r\nDate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n/) != nil)
    }
  }

  @Test("RFC 9112 9.3 a connection serves one request after the other")
  func keepAlive() async throws {
    try await TestServer.run { server in
      let client = try await server.connect()
      for index in 0..<10 {
        try await client.send("POST /\(index) HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi")
        #expect(try await client.receive(through: "POST /\(index) hi").contains("200 OK"))
      }
      #expect(server.server.counters.requests == 10)
      #expect(server.server.counters.accepted == 1)
    }
  }

  @Test("RFC 9112 9.3.2 pipelined requests are answered in order, one at a time")
  func pipelining() async throws {
    try await TestServer.run { server in
      let requests = (0..<50).map { "GET /\($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined()
      let text = try await server.exchange(
        requests + "GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      let paths = text.matches(of: #/GET /(\w+) /#).map { String($0.output.1) }
      #expect(paths == (0..<50).map(String.init) + ["last"])
    }
  }

  @Test("F25 a request has its turn before all that others have pipelined")
  func turns() async throws {
    let served = Atomic(0), servedBefore = Atomic(0)
    let handler = ServerHandler.answering { request, _ in
      if request.target.path == "/late" {
        servedBefore.store(served.load(ordering: .relaxed), ordering: .relaxed)
      }
      // Work that holds up the other connections of the loop.
      usleep(50)
      served.add(1, ordering: .relaxed)
      return Response(status: .ok, body: Array(request.target.path.utf8))
    }
    try await TestServer.run(handler: handler) { server in
      // This task may be late itself: once must do.
      for round in 1...5 {
        try await Self.sendBehindOthers(server, pipelined: String(repeating: get, count: 100), round)
        if servedBefore.load(ordering: .relaxed) < 400 { return }
        served.store(0, ordering: .relaxed)
      }
      Issue.record("\(servedBefore.load(ordering: .relaxed)) of 800 came before the last")
    }
  }

  /// Returns when all is answered: what 8 connections have pipelined, and a request of each of 8 others, as every loop
  /// has some of both.
  private static func sendBehindOthers(_ server: TestServer, pipelined: String, _ round: Int) async throws {
    var clients: [TestClient] = []
    for _ in 0..<16 { clients.append(try await server.connect()) }
    try await server.wait { $0.accepted == 16 * round }
    for client in clients.prefix(8) { try await client.send(pipelined) }
    for client in clients.suffix(8) { try await client.send("GET /late HTTP/1.1\r\nHost: x\r\n\r\n") }
    try await server.wait { $0.requests == 808 * round }
  }

  @Test("the answer does not depend on how the bytes are split")
  func byteByByte() async throws {
    try await TestServer.run { server in
      let client = try await server.connect()
      let chunked = "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
      for byte in chunked { try await client.send(String(byte)) }
      #expect(try await client.receive(through: "POST /c abc").contains("200 OK"))
    }
  }

  @Test("RFC 9110 9.3.2 HEAD is answered like GET, without the body")
  func head() async throws {
    try await TestServer.run { server in
      let text = try await server.exchange("HEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      #expect(text.contains("\r\nContent-Length: 8\r\n"))
      #expect(text.hasSuffix("\r\n\r\n"))
    }
  }

  @Test("HTTP/1.0 closes behind the answer unless it asks to be kept")
  func http10() async throws {
    try await TestServer.run { server in
      let text = try await server.exchange("GET /a HTTP/1.0\r\n\r\n")
      #expect(text.contains("\r\nConnection: close\r\n"))
      let client = try await server.connect()
      for _ in 0..<2 {
        try await client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(try await client.receive(through: "GET /a ").contains("\r\nConnection: keep-alive\r\n"))
      }
    }
  }

  @Test("a handler can end the connection")
  func closingHandler() async throws {
    let handler = ServerHandler.answering { _, _ in Response(status: .accepted, closesConnection: true) }
    try await TestServer.run(handler: handler) { server in
      let text = try await server.exchange(get + get)
      #expect(statuses(in: text) == [202])
    }
  }

  @Test("a handler is told the client")
  func client() async throws {
    let handler = ServerHandler.answering { _, client in
      Response(status: .ok, body: Array("<\(client.ip)>".utf8))
    }
    try await TestServer.run(handler: handler) { server in
      let client = try await server.connect()
      try await client.send(get)
      #expect(try await client.receive(through: ">").contains("<\(try client.socket.localAddress.ip)>"))
    }
  }

  @Test("a response that must not be sent becomes a 500")
  func unsendableResponse() async throws {
    let handler = ServerHandler.answering { _, _ in Response(status: .ok, fields: ["X": "a\r\nb"]) }
    try await TestServer.run(handler: handler) { server in
      let text = try await server.exchange(get)
      #expect(statuses(in: text) == [500])
      #expect(text.hasSuffix("unsendable_response"))
    }
  }

  @Test(
    "RFC 9110 15.5.20 a host that is not served here is 421, whatever its port and case",
    arguments: [
      ("Host: localhost", 200), ("Host: LOCALHOST:8081", 200), ("Host: 127.0.0.1:1", 200),
      ("Host: [::1]:80", 200),
      ("Host: [::1]", 200), ("Host: evil.example", 421), ("Host: localhost.evil.example:80", 421),
      ("Host: [::2]:80", 421), ("Host: evil.example\r\nContent-Length: 900000", 421),
    ])
  func allowedHosts(line: String, status: Int) async throws {
    try await TestServer.run(allowedHosts: ["localhost", "127.0.0.1", "::1"]) { server in
      let text = try await server.exchange("GET / HTTP/1.1\r\n\(line)\r\nConnection: close\r\n\r\n")
      #expect(statuses(in: text) == [status])
    }
  }

  @Test("a host is asked for on HTTP/1.0 too where hosts are configured")
  func missingHost() async throws {
    try await TestServer.run(allowedHosts: ["localhost"]) { server in
      let text = try await server.exchange("GET / HTTP/1.0\r\n\r\n")
      #expect(statuses(in: text) == [421])
    }
  }
}
