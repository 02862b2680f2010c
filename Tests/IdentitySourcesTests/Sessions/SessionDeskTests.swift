import JSON
import TestSupport
import Testing

@testable import IdentitySources

@Suite struct SessionDeskTests {
  private func upload() throws -> Upload { try .users(["1": ["city": "Rome"]]) }

  @Test("a session expires after the time without an upload, and is swept then")
  func expiry() async throws {
    let sources = try await TestSources()
    let session = try await sources.desk.create(of: "hr")
    sources.world.clock.advance(by: .seconds(23 * 3600))
    try await sources.desk.add([upload()], to: session.id, of: "hr")
    sources.world.clock.advance(by: .seconds(24 * 3600 - 1))
    #expect(try await sources.desk.session(session.id, of: "hr").status == .created)
    sources.world.clock.advance(by: .seconds(1))
    #expect(try await sources.desk.session(session.id, of: "hr").status == .expired)
    _ = try await sources.desk.create(of: "hr")
    try await sources.working {
      try await eventually("the upload is gone") { try await sources.count("import_upload") == 0 }
    }
  }

  @Test("an engine that waits expires idle sessions by itself")
  func alarm() async throws {
    let sources = try await TestSources()
    let session = try await sources.desk.create(of: "hr")
    try await sources.desk.add([upload()], to: session.id, of: "hr")
    try await sources.working {
      try await eventually("the upload is gone") {
        sources.world.clock.advance(by: .seconds(3600))
        return try await sources.count("import_upload") == 0
      }
    }
  }

  @Test("where it is configured a source waits between imports")
  func interval() async throws {
    let sources = try await TestSources { $0.policy.importInterval = .seconds(300) }
    let session = try await sources.desk.create(of: "hr")
    try await sources.desk.add([upload()], to: session.id, of: "hr")
    _ = try await sources.desk.start(session.id, of: "hr")
    await #expect(throws: IdentitySourceError.self) { try await sources.desk.create(of: "hr") }
    sources.world.clock.advance(by: .seconds(300))
    _ = try await sources.desk.create(of: "hr")
  }

  @Test("a deleted source takes everything with it, and its id may be used again")
  func deletion() async throws {
    let sources = try await TestSources()
    try await sources.working {
      _ = try await sources.importing(upload(), .groups(["g": "G"]), .members(["1"], of: "g"))
      _ = try await sources.desk.create(of: "hr")
      try await sources.registry.delete("hr")
      for table in ["identity", "identity_group", "identity_membership", "import_session", "identity_source"]
      {
        try await eventually("\(table) is empty") { try await sources.count(table) == 0 }
      }
      #expect(try await sources.registry.create("hr", description: nil).identities == 0)
    }
    #expect(try await sources.events() == [])
  }

  @Test("only so many ended sessions of a source are remembered")
  func forgetting() async throws {
    let sources = try await TestSources()
    try await sources.working {
      for _ in 0..<120 {
        let session = try await sources.desk.create(of: "hr")
        try await sources.desk.close(session.id, of: "hr")
      }
      try await eventually("old sessions are forgotten") {
        let session = try await sources.desk.create(of: "hr")
        try await sources.desk.close(session.id, of: "hr")
        return try await sources.count("import_session") <= 105
      }
    }
  }
}
