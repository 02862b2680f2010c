import HTTP
import HTTPClient
import OpenSSL
import Sockets
import Testing

private let accepted = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"

// One test at a time: the short deadlines are not for sharing with others.
@Suite(.serialized) struct HTTPClientTLSTests {
  let authority: TestAuthority
  let trust: TLSClientContext
  let client: HTTPClient

  init() async throws {
    authority = try await TestAuthority()
    trust = try TLSClientContext(additionalAuthorities: authority.certificate)
    client = try Fixtures.client(tls: trust)
  }

  private func context(
    _ identity: TestAuthority.Identity, versions: ClosedRange<TLSVersion> = .tls12 ... .tls13
  ) throws -> TLSServerContext {
    try TLSServerContext(
      certificateChain: identity.certificate, privateKey: identity.privateKey, versions: versions)
  }

  private func failureCode(
    _ identity: TestAuthority.Identity, versions: ClosedRange<TLSVersion> = .tls12 ... .tls13
  ) async throws -> String? {
    let server = try ScriptedServer.answering(accepted, tls: context(identity, versions: versions))
    defer { server.stop() }
    return try await client.failureCode(posting: "https://receiver.test:\(server.port)/")
  }

  @Test("requests travel over one verified TLS connection", arguments: [TLSVersion.tls12, .tls13])
  func exchanges(version: TLSVersion) async throws {
    let identity = try await authority.identity(names: "DNS:receiver.test")
    let server = try ScriptedServer.answering(accepted, tls: context(identity, versions: version...version))
    defer { server.stop() }
    let request = try Fixtures.request(
      "https://receiver.test:\(server.port)/", body: String(repeating: "x", count: 200_000))
    for _ in 1...3 {
      #expect(try await client.send(request).status == .accepted)
    }
    #expect(server.connectionCount == 1)
  }

  @Test("an address in the URL is looked for in the certificate")
  func verifiesAddress() async throws {
    let identity = try await authority.identity(names: "IP:127.0.0.1")
    let server = try ScriptedServer.answering(accepted, tls: context(identity))
    defer { server.stop() }
    let response = try await client.send(Fixtures.request("https://127.0.0.1:\(server.port)/"))
    #expect(response.status == .accepted)
  }

  @Test("a certificate for another name is refused")
  func refusesOtherName() async throws {
    #expect(try await failureCode(authority.identity(names: "DNS:other.test")) == "tls_hostname_mismatch")
  }

  @Test("an expired certificate is refused")
  func refusesExpired() async throws {
    let identity = try await authority.identity(
      names: "DNS:receiver.test", validity: ("20200101000000Z", "20210101000000Z"))
    #expect(try await failureCode(identity) == "tls_certificate_expired")
  }

  @Test("a certificate from the future is refused")
  func refusesFuture() async throws {
    let identity = try await authority.identity(
      names: "DNS:receiver.test", validity: ("20980101000000Z", "20990101000000Z"))
    #expect(try await failureCode(identity) == "tls_certificate_not_yet_valid")
  }

  @Test("a self-signed certificate is refused")
  func refusesSelfSigned() async throws {
    #expect(try await failureCode(authority.selfSigned(names: "DNS:receiver.test")) == "tls_self_signed")
  }

  @Test("a certificate of an unknown authority is refused")
  func refusesStranger() async throws {
    let identity = try await TestAuthority().identity(names: "DNS:receiver.test")
    #expect(try await failureCode(identity) == "tls_untrusted_certificate")
  }

  @Test("a certificate that is not for servers is refused")
  func refusesPurpose() async throws {
    let identity = try await authority.identity(names: "DNS:receiver.test", usage: "clientAuth")
    #expect(try await failureCode(identity) == "tls_certificate_purpose")
  }

  @Test("RFC 8996: a server that speaks TLS 1.1 only is refused")
  func refusesObsoleteVersion() async throws {
    let identity = try await authority.identity(names: "DNS:receiver.test")
    #expect(try await failureCode(identity, versions: .tls11 ... .tls11) == "tls_protocol_version")
  }

  @Test("a server that speaks no TLS is refused")
  func refusesPlainServer() async throws {
    let server = try ScriptedServer { connection in
      try connection.write("HTTP/1.1 400 Bad Request\r\n\r\n")
      try connection.waitForClose()
    }
    defer { server.stop() }
    let code = try await client.failureCode(posting: "https://receiver.test:\(server.port)/")
    #expect(code == "tls_handshake_failed")
  }

  @Test("a server that never finishes the handshake ends in a timeout of its own")
  func timesOut() async throws {
    var limits = Fixtures.limits
    limits.tls = .milliseconds(300)
    let client = try Fixtures.client(limits: limits, tls: trust)
    let server = try ScriptedServer { try $0.waitForClose() }
    defer { server.stop() }
    let code = try await client.failureCode(posting: "https://receiver.test:\(server.port)/")
    #expect(code == "tls_timeout")
  }

  @Test("a stream cut before the head is complete is a truncation")
  func noticesCutHead() async throws {
    let server = try await cutting("HTTP/1.1 202 Acc")
    defer { server.stop() }
    let code = try await client.failureCode(posting: "https://receiver.test:\(server.port)/")
    #expect(code == "tls_truncated")
  }

  @Test("a body that ends with the stream is complete only after close_notify", arguments: [false, true])
  func noticesCutBody(isClosed: Bool) async throws {
    let server = try await cutting("HTTP/1.1 200 OK\r\n\r\nhalf", politely: isClosed)
    defer { server.stop() }
    let response = try await client.send(Fixtures.request("https://receiver.test:\(server.port)/"))
    #expect(response.status == .ok)
    #expect(response.isTruncated == !isClosed)
  }

  private func cutting(_ bytes: String, politely: Bool = false) async throws -> ScriptedServer {
    let identity = try await authority.identity(names: "DNS:receiver.test")
    return try ScriptedServer(tls: context(identity)) { connection in
      _ = try connection.readRequest()
      try connection.write(bytes)
      if politely { try connection.sendCloseNotify() }
    }
  }
}
