import JSON
import SQLite
import TestSupport
import Testing
import Transmitter

@testable import IdentitySources

/// What the audit log tells of identity sources.
@Suite struct SourceAuditTests {
  /// The audit log's entries but for the first, by which the source `hr` was made; oldest first.
  private func audited(_ sources: TestSources) async throws -> [JSONValue] {
    let page = try await AuditLog(store: sources.store).entries(AuditFilter(), atMost: 500)
    return try page.entries.reversed().map { try $0.json }.filter {
      $0["action"]?.stringValue?.hasPrefix("stream") == false && $0["target"] != "source/hr"
        || $0["action"]?.stringValue?.hasPrefix("identity") == true
    }
  }

  private func acts(_ sources: TestSources) async throws -> [String] {
    try await audited(sources).map { entry in
      ["action", "target"].map { entry[$0]?.stringValue ?? "?" }.joined(separator: " ")
    }
  }

  @Test("sources come and go in it")
  func sources() async throws {
    let sources = try await TestSources()
    _ = try await sources.registry.create("crm", description: "customers")
    try await sources.registry.delete("crm")
    #expect(try await acts(sources) == ["source.create source/crm", "source.delete source/crm"])
    #expect(try await audited(sources)[0]["after"] == ["description": "customers"])
    #expect(try await audited(sources)[1]["before"] == ["description": "customers"])
  }

  @Test("an import is there with each step that somebody took")
  func imports() async throws {
    let sources = try await TestSources { $0.policy.brake.people = 0 }
    let (first, second, third) = try await sources.working {
      let first = try await sources.importing(.users(["1": ["city": "Rome"]]))
      let second = try await sources.importing(.users(["1": ["city": "Oslo"]]))
      _ = try await sources.desk.discard(second.id)
      let third = try await sources.importing(.users(["1": ["city": "Bonn"]]))
      _ = try await sources.desk.approve(third.id)
      return (first.id, second.id, third.id)
    }
    let fourth = try await sources.desk.create(of: "hr").id
    try await sources.desk.close(fourth, of: "hr")
    let steps = ["create", "upload", "start"]
    #expect(
      try await acts(sources)
        == steps.map { "import.\($0) import/\(first)" }
        + (steps + ["discard"]).map { "import.\($0) import/\(second)" }
        + (steps + ["approve"]).map { "import.\($0) import/\(third)" }
        + ["create", "close"].map { "import.\($0) import/\(fourth)" })
    #expect(
      try await audited(sources)[2]["after"] == [
        "source": "hr", "status": "TRIGGERED", "full": false, "uploads": 1, "records": 1,
      ])
  }

  @Test(
    "a single identity is there by its digest, its attributes by their names; what changes nothing is not")
  func identities() async throws {
    let sources = try await TestSources()
    let profile = try IdentityProfile(["city": "Rome"], at: .root)
    for _ in 1...2 {
      _ = try await sources.identities.change("jane", of: "hr", .upsert(profile, groups: ["vpn"]))
    }
    _ = try await sources.identities.change("jane", of: "hr", .delete)
    #expect(try await acts(sources) == ["identity.create source/hr", "identity.delete source/hr"])
    let entries = try await audited(sources)
    #expect(entries[0]["after"]?["attributes"] == ["city"])
    #expect(entries[0]["after"]?["groups_gained"] == 1)
    #expect(entries[0]["after"]?["identity"] == .digest(of: "jane"))
    let text = JSONValue.array(entries).text()
    #expect(!text.contains("jane") && !text.contains("Rome") && !text.contains("vpn"))
  }

  @Test("rules that are put in force are there, those that were before too")
  func rules() async throws {
    let sources = try await TestSources()
    let former = sources.rules.current
    let environment = Environment.testing(clock: sources.world.clock, random: sources.world.random)
    for _ in 1...2 {
      try await sources.rules.replace(with: .none, in: sources.store, environment: environment)
    }
    #expect(sources.rules.current.names.isEmpty)
    #expect(try await acts(sources) == ["rules.replace configuration/rules"])
    let entry = try await audited(sources)[0]
    #expect(entry["before"] == ["rules": former.json])
    #expect(entry["after"] == ["rules": []])
  }

  @Test("what cannot be written down does not happen")
  func refusal() async throws {
    let sources = try await TestSources()
    let session = try await sources.desk.create(of: "hr")
    try await sources.store.read { database in
      try database.executeScript(
        "CREATE TEMP TRIGGER broken BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'broken'); END")
    }
    let environment = Environment.testing(clock: sources.world.clock, random: sources.world.random)
    let upload = try Upload.users(["1": ["city": "Rome"]])
    let profile = try IdentityProfile(["city": "Rome"], at: .root)
    let changes: [@Sendable () async throws -> Void] = [
      { _ = try await sources.registry.create("crm", description: nil) },
      { try await sources.registry.delete("hr") },
      { _ = try await sources.desk.createImport(of: "hr", isFull: true) },
      { try await sources.desk.add([upload], to: session.id, of: "hr") },
      { try await sources.desk.close(session.id, of: "hr") },
      { _ = try await sources.identities.change("jane", of: "hr", .create(profile)) },
      { try await sources.rules.replace(with: .none, in: sources.store, environment: environment) },
    ]
    for change in changes { await #expect(throws: AuditError.self) { try await change() } }
    #expect(try await sources.registry.all().map(\.id) == ["hr"])
    #expect(try await sources.desk.sessions().map(\.status) == [.created])
    #expect(try await sources.count("import_upload") == 0)
    #expect(try await sources.count("identity") == 0)
    #expect(sources.rules.current.names.count == 2)
  }
}
