import Foundation
import HTTP
import HTTPClient
import OpenSSL
import Synchronization
import Testing

private let accepted = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"

/// Client certificates, and sessions that are resumed.
@Suite(.serialized) struct ClientIdentityTests {
  private let authority: TestAuthority
  private let client: HTTPClient

  init() async throws {
    authority = try await TestAuthority()
    client = try Fixtures.client(tls: TLSClientContext(additionalAuthorities: authority.certificate))
  }

  private func server(
    demandsCertificate: Bool, versions: ClosedRange<TLSVersion> = .tls12 ... .tls13,
    _ script: @escaping ScriptedServer.Script = { connection in
      while try connection.readRequest() != nil { try connection.write(accepted) }
    }
  ) async throws -> ScriptedServer {
    let identity = try await authority.identity(names: "DNS:receiver.test")
    return try ScriptedServer(
      tls: TLSServerContext(
        certificateChain: identity.certificate, privateKey: identity.privateKey, versions: versions,
        clientAuthorities: demandsCertificate ? authority.certificate : nil), script)
  }

  private func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: path)))
  }

  private func clientIdentity(from authority: TestAuthority) async throws -> TLSClientIdentity {
    let identity = try await authority.identity(names: "DNS:transmitter.test", usage: "clientAuth")
    return try TLSClientIdentity(
      certificateChain: bytes(identity.certificate), privateKey: bytes(identity.privateKey))
  }

  private func status(at server: ScriptedServer, as identity: TLSClientIdentity?) async throws -> HTTPStatus?
  {
    var request = try Fixtures.request("https://receiver.test:\(server.port)/")
    request.identity = identity
    do {
      return try await client.send(request).status
    } catch {
      return nil
    }
  }

  @Test("a server that demands a certificate gets the stream's", arguments: [TLSVersion.tls12, .tls13])
  func shown(version: TLSVersion) async throws {
    let server = try await server(demandsCertificate: true, versions: version...version)
    defer { server.stop() }
    let identity = try await clientIdentity(from: authority)
    let stranger = try await clientIdentity(from: TestAuthority())
    #expect(try await status(at: server, as: identity) == .accepted)
    #expect(try await status(at: server, as: nil) == nil)
    #expect(try await status(at: server, as: stranger) == nil)
    #expect(try await status(at: server, as: identity) == .accepted)
  }

  @Test("P9 no request travels on a connection that was made as somebody else, nor resumes its session")
  func apart() async throws {
    let server = try await server(demandsCertificate: false)
    defer { server.stop() }
    let identities = [
      nil, try await clientIdentity(from: authority), try await clientIdentity(from: authority),
    ]
    for _ in 1...2 {
      for identity in identities { #expect(try await status(at: server, as: identity) == .accepted) }
    }
    #expect(server.connectionCount == 3)
    #expect(client.pool.idleCount == 3)
  }

  @Test("a new connection resumes the TLS session of an earlier one", arguments: [TLSVersion.tls12, .tls13])
  func resumes(version: TLSVersion) async throws {
    let resumed = Mutex<[Bool]>([])
    let server = try await server(demandsCertificate: false, versions: version...version) { connection in
      resumed.withLock { $0.append(connection.isResumed) }
      guard try connection.readRequest() != nil else { return }
      try connection.write("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
      try connection.waitForClose()
    }
    defer { server.stop() }
    for _ in 1...3 { #expect(try await status(at: server, as: nil) == .accepted) }
    #expect(resumed.withLock { $0 } == [false, true, true])
  }

  @Test("texts that make no identity are told apart")
  func unusable() async throws {
    let first = try await authority.identity(names: "DNS:a.test", usage: "clientAuth")
    let second = try await authority.identity(names: "DNS:b.test", usage: "clientAuth")
    let certificate = try bytes(first.certificate)
    let key = try bytes(first.privateKey)
    let cases: [([UInt8], [UInt8], TLSIdentityError)] = [
      ([], key, .unreadableCertificate), (key, key, .unreadableCertificate),
      (Array([[UInt8]](repeating: certificate, count: 9).joined()), key, .unreadableCertificate),
      (certificate, certificate, .unreadableKey), (certificate, [], .unreadableKey),
      (certificate, try bytes(second.privateKey), .keyOfAnother),
    ]
    for (chain, key, expected) in cases {
      #expect(throws: expected) { try TLSClientIdentity(certificateChain: chain, privateKey: key) }
    }
    let identity = try TLSClientIdentity(certificateChain: certificate, privateKey: key)
    let again = try TLSClientIdentity(certificateChain: certificate, privateKey: identity.privateKey())
    #expect(identity == again)
  }
}
