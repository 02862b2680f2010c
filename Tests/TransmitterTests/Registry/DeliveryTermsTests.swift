import JSON
import OpenSSL
import SQLite
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

@Suite struct DeliveryTermsTests {
  /// A certificate that vouches for itself, and its key: made for this test, known to nobody else.
  private static let certificate = """
    -----BEGIN CERTIFICATE-----
    MIIBgjCCASmgAwIBAgIUMwbuMpVTXIVqddLBJNcjNu+Z0JEwCgYIKoZIzj0EAwIw
    FjEUMBIGA1UEAwwLdHJhbnNtaXR0ZXIwIBcNMjYxMTIxMjMzNzEwWhgPMjEyNjEw
    MjgyMzM3MTBaMBYxFDASBgNVBAMMC3RyYW5zbWl0dGVyMFkwEwYHKoZIzj0CAQYI
    KoZIzj0DAQcDQgAEpmvet09tEMI+IXwWV5Ry19XVrVGk8bvbMMJHr+E+Ho+1kf4n
    LutjYRiOG0vs7NyXIk8iQTzDBOD9OMakvK4agqNTMFEwHQYDVR0OBBYEFKZYrHLH
    3i/wqSks2fCjvqxObqMRMB8GA1UdIwQYMBaAFKZYrHLH3i/wqSks2fCjvqxObqMR
    MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgT++hLhL32ybUOycM
    MNGBv2NHr7xsOs+4mO53wR3MMEMCIEN19ZGqlkpVpYtqq0eDcum9lRX/Gay40S+E
    AS9oR7KJ
    -----END CERTIFICATE-----
    """
  private static let key = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgeeV6VPcbxyspfmMm
    LQPFusSkhmL1OYmIzqSUYwBBKWehRANCAASma963T20Qwj4hfBZXlHLX1dWtUaTx
    u9swwkev4T4ej7WR/icu62NhGI4bS+zs3JciTyJBPMME4P04xqS8rhqC
    -----END PRIVATE KEY-----
    """

  @Test("a client certificate outlasts a restart; its key is nowhere to be read")
  func identity() async throws {
    let domain = try await TestDomain()
    let stream = try await domain.makeStream()
    var terms = DeliveryTerms()
    try terms.setIdentity(certificateChain: Self.certificate, key: Self.key)
    let identity = try #require(terms.identity)
    _ = try await domain.registry.update(stream.id, of: .administrator) { [terms] in $0.terms = terms }
    let stored = try await domain.store.read { database in
      try database.first("SELECT client_key FROM stream") { try $0.bytes(0) }
    }
    #expect(try #require(stored).firstRange(of: Array("PRIVATE KEY".utf8)) == nil)
    let reopened = try await domain.reopened()
    let again = try reopened.registry.stream(stream.id, of: .administrator)
    #expect(again.terms.identity == identity)
    #expect(try again.terms.identity?.privateKey() == identity.privateKey())
    _ = try await reopened.registry.update(stream.id, of: .administrator) { $0.terms.identity = nil }
    let left = try await reopened.store.read { database in
      try database.first("SELECT client_certificate, client_key FROM stream") { row in
        [try row.optionalText(0) == nil, try row.optionalBytes(1) == nil]
      }
    }
    #expect(left == [true, true])
  }

  @Test("P7 a quiet time ends with another certificate, as with another endpoint, and with nothing else")
  func quiet() async throws {
    let domain = try await TestDomain()
    let stream = try await domain.makeStream()
    try await domain.store.transaction { [end = domain.clock.now + .seconds(3600)] transaction in
      try transaction.database.keepQuiet(stream.number, until: end)
    }
    func isQuiet() async throws -> Bool {
      let now = domain.clock.now
      return try await domain.store.read { try $0.recollection(at: now).quiet[stream.number] != nil }
    }
    _ = try await domain.registry.update(stream.id, of: .administrator) { $0.terms.rateLimit = 5 }
    #expect(try await isQuiet())
    var terms = DeliveryTerms()
    try terms.setIdentity(certificateChain: Self.certificate, key: Self.key)
    _ = try await domain.registry.update(stream.id, of: .administrator) { [terms] in $0.terms = terms }
    #expect(try await !isQuiet())
  }

  @Test("the audit log tells which certificate is shown, and nothing of its key")
  func audit() async throws {
    let domain = try await TestDomain.withEmptyLog()
    let stream = try await domain.makeStream()
    var terms = DeliveryTerms()
    try terms.setIdentity(certificateChain: Self.certificate, key: Self.key)
    for identity in [terms.identity, nil] {
      _ = try await domain.registry.update(stream.id, of: .administrator) { $0.terms.identity = identity }
    }
    let entries = try await domain.audited().dropFirst()
    #expect(entries.map { $0["after"]?["client_certificate"] } == [.string(Self.certificate), nil])
    #expect(entries.map { $0["before"]?["client_certificate"] } == [nil, .string(Self.certificate)])
    #expect(!JSONValue.array(Array(entries)).text().contains("PRIVATE KEY"))
  }

  @Test(
    "what makes no identity is pointed at",
    arguments: [(certificate, "", "client_key"), ("", key, "client_certificate")])
  func invalid(certificate: String, key: String, member: String) throws {
    var terms = DeliveryTerms()
    do {
      try terms.setIdentity(certificateChain: certificate, key: key)
      Issue.record("it was taken")
    } catch .invalid(let pointer, _) {
      #expect(pointer == [member])
    } catch {
      Issue.record("\(error)")
    }
    #expect(terms.identity == nil)
  }
}
