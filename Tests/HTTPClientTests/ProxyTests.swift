import HTTP
import HTTPClient
import OpenSSL
import Sockets
import Synchronization
import Testing

private let accepted = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"

@Suite(.serialized) struct ProxyTests {
  /// A proxy that answers every CONNECT with `answer` and then is the origin itself, in TLS where it has a context.
  private func proxy(
    answering answer: String = "HTTP/1.1 200 Connection established\r\n\r\n", tls: TLSServerContext? = nil,
    seen: RequestLog = RequestLog()
  ) throws -> ScriptedServer {
    try ScriptedServer { connection in
      guard let connect = try connection.readRequest() else { return }
      seen.add(connect)
      try connection.write(answer)
      if let tls { try connection.startTLS(tls) }
      while let request = try connection.readRequest() {
        seen.add(request)
        try connection.write(accepted)
      }
    }
  }

  private final class RequestLog: Sendable {
    private let requests = Mutex<[String]>([])
    var all: [String] { requests.withLock { $0 } }
    func add(_ request: String) { requests.withLock { $0.append(request) } }
  }

  /// Only the proxy's own name is looked up.
  private func client(through proxy: ScriptedServer, tls: TLSClientContext? = nil) throws -> HTTPClient {
    try Fixtures.client(tls: tls, proxy: "http://proxy.test:\(proxy.port)") { host in
      if host != "proxy.test" { Issue.record("\(host) was looked up") }
      return .success([Fixtures.loopback])
    }
  }

  @Test("RFC 9110 9.3.6 requests go through a tunnel that the proxy makes, several through one")
  func tunnel() async throws {
    let seen = RequestLog()
    let proxy = try proxy(seen: seen)
    defer { proxy.stop() }
    let client = try client(through: proxy)
    for _ in 1...2 {
      let request = try Fixtures.request("http://receiver.test/events", fields: ["Authorization": "Bearer t"])
      #expect(try await client.send(request).status == .accepted)
    }
    #expect(proxy.connectionCount == 1)
    #expect(seen.all.count == 3)
    #expect(seen.all.first == "CONNECT receiver.test:80 HTTP/1.1\r\nHost: receiver.test:80\r\n\r\n")
    #expect(
      seen.all.dropFirst().allSatisfy { $0.hasPrefix("POST /events HTTP/1.1\r\nHost: receiver.test\r\n") })
  }

  @Test("P9 TLS is with the receiver, not with the proxy")
  func secureTunnel() async throws {
    let authority = try await TestAuthority()
    let trust = try TLSClientContext(additionalAuthorities: authority.certificate)
    for (name, code) in [("receiver.test", nil), ("proxy.test", "tls_hostname_mismatch")] {
      let identity = try await authority.identity(names: "DNS:\(name)")
      let proxy = try proxy(
        tls: TLSServerContext(certificateChain: identity.certificate, privateKey: identity.privateKey))
      defer { proxy.stop() }
      let client = try client(through: proxy, tls: trust)
      #expect(try await client.failureCode(posting: "https://receiver.test/") == code)
    }
  }

  @Test("a proxy that makes no tunnel is a cause of its own", arguments: [403, 407, 502])
  func refusal(status: Int) async throws {
    let proxy = try proxy(answering: "HTTP/1.1 \(status) No\r\nContent-Length: 2\r\n\r\nno")
    defer { proxy.stop() }
    #expect(
      try await client(through: proxy).failureCode(posting: "https://receiver.test/") == "proxy_refused")
  }

  @Test("a proxy that is not there is a cause of its own")
  func unreachable() async throws {
    let proxy = try proxy()
    proxy.stop()
    let code = try await client(through: proxy).failureCode(posting: "https://receiver.test/")
    #expect(code == "proxy_unreachable")
  }

  @Test("P9 addresses in URLs are judged before the proxy hears of them")
  func forbiddenAddress() async throws {
    let proxy = try proxy()
    defer { proxy.stop() }
    let code = try await client(through: proxy).failureCode(posting: "http://169.254.169.254/")
    #expect(code == "destination_refused")
    #expect(proxy.connectionCount == 0)
  }
}
