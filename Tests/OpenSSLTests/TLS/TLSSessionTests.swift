import OpenSSL
import Testing

@Suite(.serialized) struct TLSSessionTests {
  let authority: TestAuthority
  let context: TLSClientContext
  let name = TLSPeerName.dns("receiver.test")

  init() async throws {
    authority = try await TestAuthority()
    context = try TLSClientContext(additionalAuthorities: authority.certificate)
  }

  private func server(
    _ identity: TestAuthority.Identity, versions: ClosedRange<TLSVersion> = .tls12 ... .tls13
  ) throws -> TLSServerContext {
    try TLSServerContext(
      certificateChain: identity.certificate, privateKey: identity.privateKey, versions: versions)
  }

  private func handshakeFailure(
    _ identity: TestAuthority.Identity, to name: TLSPeerName, trusting context: TLSClientContext? = nil,
    versions: ClosedRange<TLSVersion> = .tls12 ... .tls13
  ) throws -> TLSFailure.Code? {
    var pair = try TLSPair(context ?? self.context, to: name, server(identity, versions: versions))
    do {
      try pair.handshake()
      return nil
    } catch let failure as TLSFailure {
      return failure.code
    }
  }

  @Test("a trusted certificate for the name carries bytes both ways", arguments: [TLSVersion.tls12, .tls13])
  func carriesBytes(version: TLSVersion) async throws {
    let identity = try await authority.identity(names: "DNS:receiver.test")
    var pair = try TLSPair(context, to: name, server(identity, versions: version...version))
    try pair.handshake()
    let large = [UInt8](repeating: 7, count: 100_000)
    #expect(try pair.carryToServer(large) == large)
    #expect(try pair.carryToClient(large) == large)
  }

  @Test(
    "RFC 9525 6: the certificate must name the server",
    arguments: [
      ("DNS:receiver.test", TLSPeerName.dns("receiver.test"), nil),
      ("DNS:*.receiver.test", .dns("a.receiver.test"), nil),
      ("IP:192.0.2.1", .ip("192.0.2.1"), nil),
      ("IP:2001:db8::1", .ip("2001:db8::1"), nil),
      ("DNS:other.test", .dns("receiver.test"), .hostnameMismatch),
      ("DNS:*.receiver.test", .dns("a.b.receiver.test"), .hostnameMismatch),
      ("DNS:*.receiver.test", .dns("receiver.test"), .hostnameMismatch),
      ("DNS:rec*.test", .dns("receiver.test"), .hostnameMismatch),
      ("DNS:other.test", .dns("leaf"), .hostnameMismatch),
      ("DNS:192.0.2.1", .ip("192.0.2.1"), .hostnameMismatch),
      ("IP:192.0.2.2", .ip("192.0.2.1"), .hostnameMismatch),
    ] as [(String, TLSPeerName, TLSFailure.Code?)])
  func checksName(names: String, peer: TLSPeerName, expected: TLSFailure.Code?) async throws {
    #expect(try await handshakeFailure(authority.identity(names: names), to: peer) == expected)
  }

  @Test("an expired certificate is refused")
  func refusesExpired() async throws {
    let identity = try await authority.identity(
      names: "DNS:receiver.test", validity: ("20200101000000Z", "20210101000000Z"))
    #expect(try handshakeFailure(identity, to: name) == .certificateExpired)
  }

  @Test("a certificate from the future is refused")
  func refusesFuture() async throws {
    let identity = try await authority.identity(
      names: "DNS:receiver.test", validity: ("20980101000000Z", "20990101000000Z"))
    #expect(try handshakeFailure(identity, to: name) == .certificateNotYetValid)
  }

  @Test("a certificate for clients only is refused")
  func refusesPurpose() async throws {
    let identity = try await authority.identity(names: "DNS:receiver.test", usage: "clientAuth")
    #expect(try handshakeFailure(identity, to: name) == .certificatePurpose)
  }

  @Test("a self-signed certificate is refused")
  func refusesSelfSigned() async throws {
    #expect(
      try await handshakeFailure(authority.selfSigned(names: "DNS:receiver.test"), to: name) == .selfSigned)
  }

  @Test("a certificate of an unknown authority is refused")
  func refusesUnknownAuthority() async throws {
    let identity = try await TestAuthority().identity(names: "DNS:receiver.test")
    #expect(try handshakeFailure(identity, to: name) == .untrustedCertificate)
  }

  @Test("a certificate with too short a key is refused, though it be trusted")
  func refusesWeakKey() async throws {
    let identity = try await authority.weak(names: "DNS:receiver.test")
    let context = try TLSClientContext(additionalAuthorities: identity.certificate)
    #expect(try handshakeFailure(identity, to: name, trusting: context) == .certificateWeak)
  }

  @Test("RFC 8996: a server that speaks TLS 1.1 only is refused")
  func refusesObsoleteVersion() async throws {
    let identity = try await authority.identity(names: "DNS:receiver.test")
    #expect(try handshakeFailure(identity, to: name, versions: .tls11 ... .tls11) == .protocolVersion)
  }

  @Test("bytes that are no TLS fail the handshake")
  func refusesGarbage() throws {
    var session = try context.session(to: name)
    _ = try session.handshake()
    session.feed([UInt8]("HTTP/1.1 400 Bad Request\r\n\r\n".utf8).span)
    do {
      _ = try session.handshake()
      Issue.record("the handshake went on")
    } catch {
      #expect(error.code == .handshakeFailed)
    }
  }

  @Test("the end of the stream without close_notify is a truncation", arguments: [TLSVersion.tls12, .tls13])
  func noticesTruncation(version: TLSVersion) async throws {
    let identity = try await authority.identity(names: "DNS:receiver.test")
    var pair = try TLSPair(context, to: name, server(identity, versions: version...version))
    try pair.handshake()
    pair.client.feedEnd()
    var received: [UInt8] = []
    do {
      while case .bytes = try pair.client.read(into: &received, atMost: 100) {}
      Issue.record("the cut went unnoticed")
    } catch {
      #expect(error.code == .truncated)
    }
  }

  @Test("close_notify ends the stream")
  func noticesClose() async throws {
    var pair = try TLSPair(context, to: name, server(await authority.identity(names: "DNS:receiver.test")))
    try pair.handshake()
    pair.server.close()
    pair.client.feed(pair.server.takeCiphertext().span)
    var received: [UInt8] = []
    #expect(try pair.client.read(into: &received, atMost: 100) == .closed)
  }

  @Test("a closed session is resumed, each ticket once", arguments: [TLSVersion.tls12, .tls13])
  func resumes(version: TLSVersion) async throws {
    let identity = try await authority.identity(names: "DNS:receiver.test")
    let serverContext = try server(identity, versions: version...version)
    var resumed: [Bool] = []
    for keepsTicket in [true, false, false] {
      var pair = try TLSPair(context, to: name, serverContext)
      try pair.handshake()
      resumed.append(pair.client.isResumed)
      _ = try pair.carryToClient([1])
      if keepsTicket { pair.client.close() }
    }
    #expect(resumed == [false, true, false])
  }

  @Test("a ticket is never used for another name")
  func doesNotResumeElsewhere() async throws {
    let serverContext = try server(await authority.identity(names: "DNS:a.test,DNS:b.test"))
    var first = try TLSPair(context, to: .dns("a.test"), serverContext)
    try first.handshake()
    _ = try first.carryToClient([1])
    first.client.close()
    var second = try TLSPair(context, to: .dns("b.test"), serverContext)
    try second.handshake()
    let isResumed = second.client.isResumed
    #expect(!isResumed)
  }
}
