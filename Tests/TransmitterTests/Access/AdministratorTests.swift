import TestSupport
import Testing

@testable import Transmitter

@Suite struct AdministratorTests {
  private let domain: TestDomain
  private var access: AccessDirectory { domain.access }

  init() async throws {
    domain = try await TestDomain()
  }

  /// What is handed over, kept as the daemon keeps it.
  private func createAdministrator() async throws -> String {
    let file = domain.world.directory.file("admin-token")
    try await access.createAdministrator { try PrivateFile.replace(file, Array($0.utf8)) }
    return String(decoding: try PrivateFile.read(file), as: UTF8.self)
  }

  @Test("an administrator's token is handed over, and is for the client admin")
  func create() async throws {
    #expect(!access.hasAdministrator)
    let text = try await createAdministrator()
    #expect(access.hasAdministrator)
    #expect(
      access.principal(presenting: text)
        == Principal(clientID: "admin", audience: nil, scopes: [.admin, .emit]))
  }

  @Test("a token that cannot be handed over is not made: the next attempt finds nothing done")
  func handOverFails() async throws {
    let failure = PrivateFileError.cannotWrite("admin-token", 28)
    await #expect(throws: PrivateFileError.self) {
      try await access.createAdministrator { _ in throw failure }
    }
    #expect(access.clients.isEmpty && access.tokens().isEmpty)
    let reopened = try await domain.reopened().access
    #expect(!reopened.hasAdministrator && reopened.clients.isEmpty)
  }

  @Test("a client that was made without its token, by a first start that failed, gets one")
  func clientWithoutToken() async throws {
    _ = try await access.createClient(id: "admin", description: nil, audience: nil, scopes: [.admin, .emit])
    #expect(!access.hasAdministrator)
    let text = try await createAdministrator()
    #expect(access.principal(presenting: text)?.clientID == "admin")
    #expect(access.clients.count == 1)
  }

  @Test("a token that was lost is replaced by another, even a third; the lost one can then be revoked")
  func recovery() async throws {
    let lost = try await createAdministrator()
    _ = try await access.createToken(for: "admin", scopes: nil, lifetime: nil)
    let found = try await createAdministrator()
    #expect(access.principal(presenting: lost) != nil)
    let id = try #require(TokenText(lost)).id
    try await access.revokeToken(id, of: "admin")
    #expect(access.principal(presenting: lost) == nil)
    #expect(access.principal(presenting: found) != nil)
  }

  @Test("a client admin that may not administer stays what it is: another is made")
  func nameTaken() async throws {
    _ = try await access.createClient(id: "admin", description: nil, audience: nil, scopes: [.read])
    let text = try await createAdministrator()
    let principal = try #require(access.principal(presenting: text))
    #expect(principal.clientID != "admin")
    #expect(principal.scopes.contains(.admin))
  }

  @Test("of two that revoke each other at once, one stays")
  func mutualRevocation() async throws {
    let ids = try await [createAdministrator(), createAdministrator()].map { try #require(TokenText($0)).id }
    await withTaskGroup { group in
      for id in ids { group.addTask { _ = await Result { try await access.revokeToken(id, of: "admin") } } }
    }
    #expect(access.hasAdministrator)
  }
}
