import JOSE
import JSON
import OpenSSL
import SQLite
import SharedSignals
import TestSupport
import Testing

@testable import Transmitter

@Suite struct KeyRingTests {
  private let directory: TemporaryDirectory
  private let environment = Environment.testing(clock: TestClock())
  private let sealer: Sealer
  private var path: String { directory.file("store.sqlite") }

  init() throws {
    directory = try TemporaryDirectory()
    sealer = try Sealer(keyEncryptionKey: TestDomain.keyEncryptionKey)
  }

  private func ring(on store: Store) async throws -> KeyRing {
    try await KeyRing(store: store, sealer: sealer, environment: environment)
  }

  @Test("IOP 2.6 the first start makes an RSA key of 2048 bits and one for ES256; later starts load them")
  func firstKey() async throws {
    let store = try Store(path: path)
    let first = try await ring(on: store)
    let key = try first.active(.rs256, for: .set)
    #expect(try first.active(.es256, for: .set).publicKey.publicKey.keyType == .p256)
    #expect(key.publicKey.publicKey.keyType == .rsa(bits: 2048))
    #expect(key.state == .active)
    #expect(try await store.holdsSecrets)
    try await store.close()

    let reopened = try Store(path: path)
    let again = try await ring(on: reopened)
    #expect(again.all.map(\.id) == first.all.map(\.id))
    #expect(again.problem == nil)
    try await reopened.close()
  }

  @Test("the published set holds exactly the public keys, RS256 first, under their thumbprints")
  func published() async throws {
    let store = try Store(path: path)
    let ring = try await ring(on: store)
    let key = try ring.active(.rs256, for: .set)
    let document = try #require(ring.published(for: .set).json["keys"]?.arrayValue?.first?.objectValue)
    #expect(Set(document.names) == ["kty", "n", "e", "kid", "use", "alg"])
    #expect(document["kid"]?.stringValue == key.publicKey.thumbprint)
    #expect(document["use"] == "sig")
    #expect(document["alg"] == "RS256")
    #expect(ring.published(for: .set).keys.map(\.algorithm) == [.rs256, .es256])
    try await store.close()
  }

  @Test(
    "SET 2.3 a signed SET verifies against the published set, as type secevent+jwt, and its claims are whole")
  func signature() async throws {
    let store = try Store(path: path)
    let ring = try await ring(on: store)
    let token = SecurityEventToken(
      issuer: "https://transmitter.example.com", audience: .one("a"), issuedAt: 1_800_000_000, id: "jti",
      transactionID: "txn", subject: try .email("jane@example.com"), eventType: .sessionRevoked,
      members: ["initiating_entity": "policy"])
    let jws = try CompactJWS(parsing: ring.active(.rs256, for: .set).sign(.testing(token), as: .ssf10))
    let keyID = try #require(jws.header.keyID)
    try jws.verify(with: #require(ring.published(for: .set).key(id: keyID)), allowing: [.rs256])
    #expect(jws.header.type == "secevent+jwt")
    #expect(Set(jws.header.members.names) == ["alg", "typ", "kid"])
    #expect(try SecurityEventToken(claims: JSONValue(parsing: jws.payload)) == token)
    try await store.close()
  }

  @Test("RFC 9068 2.1 keys of access tokens are of their own: neither set shows the other's")
  func purposes() async throws {
    let store = try Store(path: path)
    let ring = try await ring(on: store)
    let setKeys = Set(ring.published(for: .set).keys.map(\.keyID))
    let tokenKeys = Set(ring.published(for: .token).keys.map(\.keyID))
    #expect(setKeys.count == 2 && tokenKeys.count == 2 && setKeys.isDisjoint(with: tokenKeys))
    let token = try CompactJWS(parsing: ring.active(.rs256, for: .token).sign(payload: Array("{}".utf8)))
    #expect(token.header.type == "at+jwt")
    #expect(tokenKeys.contains(try #require(token.header.keyID)))
    try await store.close()
  }

  @Test("a sealed key opens for its own purpose only")
  func purposeIsSealed() async throws {
    let store = try Store(path: path)
    _ = try await ring(on: store)
    try await store.transaction { transaction in
      try transaction.database.execute("DELETE FROM signing_key WHERE purpose = 'set'")
      try transaction.database.execute("UPDATE signing_key SET purpose = 'set'")
    }
    await #expect(throws: SealerError.self) { try await ring(on: store) }
    try await store.close()
  }

  @Test("keys of the first release go on as keys for SETs")
  func migration() async throws {
    let created = Timestamp(milliseconds: 1_700_000_000_000)
    let key = try SigningKey(.generate(.p256), for: .set, created: created, state: .active, since: created)
    let database = try Database(path: path, configuration: Schema.configuration(with: []))
    try database.migrate([Schema.migrations[0]])
    try database.execute(
      "INSERT INTO signing_key (kid, algorithm, state, sealed, created_ms) VALUES (?, 'ES256', 'active', ?, ?)",
      key.id, key.sealed(by: sealer), key.created.milliseconds)
    database.close()

    let store = try Store(path: path)
    let active = try await ring(on: store).active(.es256, for: .set)
    #expect(active.id == key.id)
    #expect(active.since == key.created)
    #expect(active.until == nil)
    try await store.close()
  }

  @Test("an algorithm without an active key is named")
  func missingAlgorithm() async throws {
    let store = try Store(path: path)
    _ = try await ring(on: store)
    try await store.transaction { transaction in
      try transaction.database.execute(
        "UPDATE signing_key SET state = 'retiring' WHERE algorithm = 'ES256' AND purpose = 'token'")
    }
    let ring = try await ring(on: store)
    #expect(ring.problem == "there is no active ES256 key for access tokens to sign with")
    let error = #expect(throws: KeyRingError.self) { try ring.active(.es256, for: .token) }
    #expect(try #require(error).description == "there is no active ES256 key for access tokens to sign with")
    #expect(throws: Never.self) { try ring.active(.es256, for: .set) }
    try await store.close()
  }

  @Test("another key-encryption key loads nothing and names the one that is needed")
  func otherKeyEncryptionKey() async throws {
    let store = try Store(path: path)
    _ = try await ring(on: store)
    let other = try Sealer(keyEncryptionKey: [UInt8](repeating: 9, count: 32))
    let error = await #expect(throws: SealerError.self) {
      try await KeyRing(store: store, sealer: other, environment: environment)
    }
    #expect(try #require(error).description.contains(sealer.keyID))
    try await store.close()
  }

  @Test("P14 the private key is nowhere in the files")
  func sealedAtRest() async throws {
    let store = try Store(path: path)
    let first = try await ring(on: store)
    let key = try first.active(.rs256, for: .set)
    #expect(try first.active(.es256, for: .set).publicKey.publicKey.keyType == .p256)
    let lines = String(decoding: try key.privateKey.pem(), as: UTF8.self).split(separator: "\n")
    #expect(try directory.files(holding: "PRIVATE KEY").isEmpty)
    #expect(try directory.files(holding: String(lines[1])).isEmpty)
    #expect(try !directory.files(holding: key.id).isEmpty)
    try await store.close()
  }
}
