import HTTP
import HTTPServer
import Sockets
import Testing

@Suite(.timeLimit(.minutes(1))) struct ForwardedClientTests {
  private let upload = "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n"

  private func ask(_ server: TestServer, for client: String) async throws -> [Int] {
    let request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Forwarded-For: \(client)\r\n\r\n"
    return statuses(in: try await server.exchange(request))
  }

  @Test("F25 a client behind a proxy is counted while its body is still to come, and until it is answered")
  func slowBody() async throws {
    var limits = ServerLimits()
    limits.connectionsPerAddress = 1
    limits.bodyGrace = limits.bodyDeadline
    let proxies = TrustedProxies([try CIDR("127.0.0.1/32")])
    try await TestServer.run(limits: limits, proxies: proxies) { server in
      let slow = try await server.connect()
      try await slow.send(upload + "X-Forwarded-For: 198.51.100.1\r\nConnection: close\r\n\r\n")
      _ = try await slow.receive(through: "100 Continue\r\n\r\n")
      #expect(try await ask(server, for: "198.51.100.1") == [503])
      #expect(try await ask(server, for: "198.51.100.2") == [200])
      try await slow.send("hi")
      #expect(statuses(in: try await slow.receiveAll()) == [200])
      #expect(try await ask(server, for: "198.51.100.1") == [200])
    }
  }

  @Test("F25 a client behind a proxy whose body never comes is counted no longer than its connection")
  func missingBody() async throws {
    var limits = ServerLimits()
    limits.connectionsPerAddress = 1
    limits.bodyGrace = .milliseconds(20)
    limits.bodyMinimumRate = 1 << 20
    let proxies = TrustedProxies([try CIDR("127.0.0.1/32")])
    try await TestServer.run(limits: limits, proxies: proxies) { server in
      let text = try await server.exchange(upload + "X-Forwarded-For: 198.51.100.1\r\n\r\n")
      #expect(statuses(in: text) == [100, 408])
      #expect(try await ask(server, for: "198.51.100.1") == [200])
    }
  }
}
