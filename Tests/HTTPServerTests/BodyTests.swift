import HTTP
import HTTPServer
import Testing

@Suite(.timeLimit(.minutes(1))) struct BodyTests {
  private let asking = "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n"

  @Test("RFC 9110 10.1.1 a client that waits is asked for its body")
  func expectation() async throws {
    try await TestServer.run { server in
      let client = try await server.connect()
      try await client.send(asking + "\r\n")
      #expect(try await client.receive(through: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
      try await client.send("hi")
      let text = try await client.receive(through: "POST / hi")
      #expect(statuses(in: text) == [200])
    }
  }

  @Test("RFC 9110 10.1.1 a client whose body is there already is not asked")
  func needlessExpectation() async throws {
    try await TestServer.run { server in
      let text = try await server.exchange(asking + "Connection: close\r\n\r\nhi")
      #expect(statuses(in: text) == [200])
    }
  }

  @Test("a body announced too large is refused before it is read or asked for")
  func announcedTooLarge() async throws {
    try await TestServer.run(handler: .echo(bodyLimit: 1)) { server in
      let text = try await server.exchange(asking + "\r\n")
      #expect(statuses(in: text) == [413])
      #expect(text.contains("\r\nConnection: close\r\n"))
    }
  }

  @Test("a chunked body is refused as soon as it is too large")
  func chunkedTooLarge() async throws {
    try await TestServer.run(handler: .echo(bodyLimit: 4)) { server in
      let text = try await server.exchange(
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\n")
      #expect(statuses(in: text) == [413])
    }
  }

  @Test("the limit for a body depends on its head")
  func limitByHead() async throws {
    var handler = ServerHandler.echo()
    handler.bodyLimit = { $0.target.rawPath == "/large" ? 2 : 1 }
    try await TestServer.run(handler: handler) { server in
      for (path, status) in [("/large", 200), ("/small", 413)] {
        let text = try await server.exchange(
          "POST \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi")
        #expect(statuses(in: text) == [status])
      }
    }
  }

  @Test("a body on GET is read and never taken for the next request")
  func bodyOnGet() async throws {
    try await TestServer.run { server in
      let text = try await server.exchange(
        "GET /a HTTP/1.1\r\nHost: x\r\nContent-Length: 16\r\n\r\nGET /b HTTP/1.1\n"
          + "GET /c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      #expect(statuses(in: text) == [200, 200])
      #expect(text.contains("GET /c "))
    }
  }

  @Test("a megabyte arrives whole")
  func largeBody() async throws {
    let handler = ServerHandler.answering { request, _ in
      Response(status: .ok, body: request.body)
    }
    try await TestServer.run(handler: handler) { server in
      let body = String(repeating: "0123456789abcdef", count: 1 << 16)
      let text = try await server.exchange(
        "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
      )
      #expect(text.hasSuffix("\r\n\r\n\(body)"))
    }
  }
}
