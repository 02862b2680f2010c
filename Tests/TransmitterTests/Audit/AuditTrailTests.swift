import JSON
import OpenSSL
import SQLite
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

/// Which changes leave which entries.
@Suite struct AuditTrailTests {
  private static let requestID = RequestID(run: 1, number: 2)

  /// Does something as a client would whose request is served.
  private func asReceiver<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
    let actor = AuditActor(client: "receiver", address: "192.0.2.7", requestID: Self.requestID)
    return try await AuditActor.$current.withValue(actor, operation: body)
  }

  @Test("an entry says who did what to what, when, and by which request")
  func entry() async throws {
    let domain = try await TestDomain.withEmptyLog()
    try await asReceiver { try await domain.makeClients(1) }
    let entry = try #require(try await domain.audited().first)
    #expect(entry["seq"] == 1)
    #expect(entry["time"] == .string("\(domain.clock.now)"))
    #expect(entry["actor"] == "client/receiver")
    #expect(entry["address"] == "192.0.2.7")
    #expect(entry["request_id"] == "00000000000000010000000000000002")
    #expect(entry["action"] == "client.create")
    #expect(entry["target"] == "client/client-1")
    #expect(entry["after"] == ["scopes": "ssf.manage"])
    #expect(entry["before"] == nil)
    #expect(entry["prev_hash"] == .string(String(repeating: "0", count: 64)))
  }

  @Test("RFC 8785 an entry is canonical JSON, its hash the SHA-256 of that, and names the one before")
  func canonical() async throws {
    let domain = try await TestDomain.withEmptyLog()
    try await domain.makeClients(2)
    let entries = try await AuditLog(store: domain.store).entries(AuditFilter(), atMost: 2).entries
    for entry in entries {
      #expect(try entry.json.serialized(.canonical) == Array(entry.text.utf8))
      #expect(SHA256.digest(Array(entry.text.utf8)) == entry.link.hash)
    }
    #expect(try entries[0].json["prev_hash"]?.stringValue == entries[1].link.hexadecimal)
  }

  @Test("the time of an entry is that of the change, so that entries are in the order of their times")
  func order() async throws {
    let domain = try await TestDomain.withEmptyLog()
    let secret = domain.access.newSecret()
    domain.clock.advance(by: .seconds(1))
    try await domain.access.createClient(
      id: "a", description: nil, audience: nil, scopes: [.manage], secret: secret)
    let entries = try await domain.audited()
    #expect(entries.map { $0["action"] } == ["client.create", "secret.create"])
    #expect(entries.map { $0["time"] } == [.string("\(domain.clock.now)"), .string("\(domain.clock.now)")])
  }

  @Test("every change of streams is there, with what differs")
  func streams() async throws {
    let domain = try await TestDomain.withEmptyLog()
    let stream = try await domain.makeStream()
    try await asReceiver {
      _ = try await domain.registry.update(stream.id, of: TestDomain.owner) {
        $0.settings.description = "new"
      }
      try await domain.setStatus(.paused, of: stream)
      try await domain.setStatus(.paused, of: stream)
      try await domain.registry.requestVerification(of: stream.id, of: TestDomain.owner, state: "s")
    }
    _ = try await domain.registry.update(stream.id, of: .administrator) { stream in
      stream.form.profile = .both
      stream.status = .enabled
      stream.reason = "well again"
    }
    try await asReceiver { try await domain.registry.delete(stream.id, of: TestDomain.owner) }
    let entries = try await domain.audited()
    let name = "stream/\(stream.id)"
    #expect(
      entries.map(\.act) == [
        "transmitter stream.create \(name)", "client/receiver stream.update \(name)",
        "client/receiver stream.update \(name)", "client/receiver stream.verify \(name)",
        "transmitter stream.update \(name)", "client/receiver stream.delete \(name)",
      ])
    #expect(entries[0]["after"]?["client_id"] == "receiver")
    #expect(entries[1]["before"] == [:])
    #expect(entries[1]["after"] == ["description": "new"])
    #expect(entries[2]["before"] == ["status": "enabled"])
    #expect(entries[2]["after"] == ["status": "paused"])
    #expect(entries[4]["after"] == ["profile": "both", "reason": "well again", "status": "enabled"])
    #expect(entries[5]["before"]?["description"] == "new")
    #expect(entries[5]["after"] == nil)
  }

  @Test("subjects are there by their digests, once for each change")
  func subjects() async throws {
    let domain = try await TestDomain.withEmptyLog(.noSubject)
    let stream = try await domain.makeCustomStream()
    for _ in 1...2 { try await domain.add(.mail("jane"), to: stream) }
    try await domain.add(.mail("jane"), verified: false, to: stream)
    for _ in 1...2 { try await domain.remove(.mail("jane"), from: stream) }
    let entries = try await domain.audited().dropFirst()
    #expect(
      entries.map { $0["action"]?.stringValue } == ["subject.add", "subject.add", "subject.remove"])
    #expect(entries.map { $0["after"]?["verified"] } == [true, false, nil])
    let digests = Set(entries.map { ($0["after"] ?? $0["before"])?["digest"]?.stringValue?.utf8.count })
    #expect(digests == [32])
    #expect(entries.allSatisfy { !$0.text().contains("jane") })
  }

  @Test("exclusions are there too, begun and ended")
  func exclusions() async throws {
    let domain = try await TestDomain.withEmptyLog(.everySubject)
    let stream = try await domain.makeCustomStream()
    for _ in 1...2 { try await domain.remove(.mail("jane"), from: stream) }
    for _ in 1...2 { try await domain.add(.mail("jane"), to: stream) }
    let entries = try await domain.audited().dropFirst()
    #expect(entries.map { $0["action"]?.stringValue } == ["subject.remove", "subject.add"])
  }

  @Test("clients and tokens are there, and what goes with them")
  func access() async throws {
    let domain = try await TestDomain.withEmptyLog()
    try await domain.makeClient()
    let token = try await domain.access.createToken(for: "receiver", scopes: nil, lifetime: nil).token
    try await domain.access.revokeToken(token.id, of: "receiver")
    try await domain.access.revokeToken(token.id, of: "receiver")
    let secret = try await domain.access.createSecret(for: "receiver").secret
    let stream = try await domain.makeStream()
    try await domain.access.deleteClient("receiver") { [registry = domain.registry] transaction in
      try registry.deleteStreams(of: "receiver", in: transaction)
    }
    let entries = try await domain.audited()
    #expect(
      entries.map { $0["action"]?.stringValue } == [
        "client.create", "token.create", "token.revoke", "secret.create", "stream.create", "stream.delete",
        "client.delete",
      ])
    #expect(entries[1]["after"] == ["client_id": "receiver", "scopes": "ssf.manage"])
    #expect(entries[2]["after"] == ["revoked": .string("\(domain.clock.now)")])
    #expect(entries[5]["target"] == .string("stream/\(stream.id)"))
    #expect(entries[6]["before"]?["tokens"] == [.string(token.id)])
    #expect(entries[6]["before"]?["secrets"] == [.string(secret.id)])
  }

  @Test("client secrets and the keys of assertions are there, the secrets by their ids")
  func credentials() async throws {
    let domain = try await TestDomain.withEmptyLog()
    let first = domain.access.newSecret()
    try await domain.access.createClient(
      id: "receiver", description: nil, audience: nil, scopes: [.manage], secret: first)
    let (second, text) = try await domain.access.createSecret(for: "receiver")
    try await domain.access.deleteSecret(second.id, of: "receiver")
    let keys = try ClientKeys(
      publishedAt: "https://receiver.example.com/jwks", by: domain.registry.policy)
    _ = try await domain.access.changeKeys(of: "receiver", to: keys)
    let entries = try await domain.audited()
    #expect(
      entries.map { $0["action"]?.stringValue } == [
        "client.create", "secret.create", "secret.create", "secret.delete", "client.update",
      ])
    #expect(entries[3]["target"] == .string("secret/\(second.id)"))
    #expect(entries[3]["before"] == ["client_id": "receiver"])
    #expect(entries[4]["after"] == ["jwks_uri": "https://receiver.example.com/jwks"])
    let log = JSONValue.array(entries).text()
    for secret in [first.text, text] { #expect(!log.contains(secret)) }
  }

  @Test("ended tokens that make room are told")
  func forgottenTokens() async throws {
    let domain = try await TestDomain.withEmptyLog()
    try await domain.makeClient()
    for _ in 1...100 {
      _ = try await domain.access.createToken(for: "receiver", scopes: nil, lifetime: .seconds(1))
      domain.clock.advance(by: .seconds(1))
    }
    _ = try await domain.access.createToken(for: "receiver", scopes: nil, lifetime: nil)
    let last = try await domain.audited().suffix(2)
    #expect(last.map { $0["action"]?.stringValue } == ["token.delete", "token.create"])
  }

  @Test("the first keys and the first administrator are the transmitter's own doing")
  func start() async throws {
    let domain = try await TestDomain()
    let keys = try await KeyRing(store: domain.store, sealer: domain.sealer, environment: domain.environment)
    try await domain.access.createAdministrator { _ in }
    try await AuditActor.$current.withValue(.local) {
      try await domain.access.createAdministrator { _ in }
    }
    let acts = try await domain.audited().map(\.act)
    let keyActs = keys.all.map { "transmitter key.create key/\($0.id)" }
    #expect(Array(acts.prefix(keyActs.count)) == keyActs)
    let others = acts.dropFirst(keyActs.count).map { $0.split(separator: "/")[0] }
    #expect(
      others == [
        "transmitter client.create client", "transmitter token.create token", "local token.create token",
      ])
  }

  @Test("no secret comes into the log, and that one was replaced is seen")
  func secrets() async throws {
    let domain = try await TestDomain.withEmptyLog()
    try await domain.makeClient()
    let stream = try await domain.makeStream(authorization: "Bearer canary-1")
    for header in ["Bearer canary-2", "Bearer canary-2", nil] {
      _ = try await domain.registry.update(stream.id, of: TestDomain.owner) { stream in
        stream.settings.delivery.editTarget { $0.authorizationHeader = header }
      }
    }
    let issued = try await domain.access.createToken(for: "receiver", scopes: nil, lifetime: nil)
    let entries = try await domain.audited()
    let headers = entries.dropFirst().dropLast().map { $0["after"]?["delivery"]?["authorization_header"] }
    #expect(headers == ["(masked)", "(masked, replaced)", .null])
    let log = JSONValue.array(entries).text()
    let digest = Hexadecimal.encode(SHA256.digest(Array(issued.text.utf8)))
    for secret in ["canary", issued.text, digest] { #expect(!log.contains(secret)) }
  }

  @Test("a value that would swell the log is there by its digest")
  func longValues() async throws {
    let domain = try await TestDomain.withEmptyLog()
    let stream = try await domain.makeStream()
    let long = "https://schemas.example.com/" + String(repeating: "x", count: 200)
    let types = (1...256).map { "\(long)\($0)" }
    _ = try await domain.registry.update(stream.id, of: TestDomain.owner) {
      $0.settings.eventsRequested = types
    }
    let entry = try #require(try await domain.audited().last)
    let bytes = JSONValue.array(types.map(JSONValue.string)).serialized(.canonical)
    #expect(
      entry["after"]?["events_requested"] == [
        "bytes": .integer(Int64(bytes.count)), "sha256": .string(Hexadecimal.encode(SHA256.digest(bytes))),
      ])
    #expect(entry.text().utf8.count < 1500)
  }

  @Test("a change that fails leaves no entry, also beside one that shares its commit")
  func failedChange() async throws {
    let domain = try await TestDomain.withEmptyLog()
    try await domain.makeClients(1)
    await #expect(throws: AccessError.self) { try await domain.makeClients(1) }
    await withTaskGroup(of: Void.self) { group in
      for number in 1...20 { group.addTask { try? await domain.makeClient("client-\(number)") } }
    }
    #expect(try await domain.audited().count == 20)
    #expect(try await domain.verifyAudit().isValid)
  }
}
