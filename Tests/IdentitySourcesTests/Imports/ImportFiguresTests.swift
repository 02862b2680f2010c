import JSON
import TestSupport
import Testing

@testable import IdentitySources

@Suite struct ImportFiguresTests {
  @Test("figures tell how far sessions are, how imports end, what was changed, and what each rule made of it")
  func figures() async throws {
    let sources = try await TestSources { $0.policy.brake.people = 1 }
    try await sources.working {
      _ = try await sources.importing(.users(["1": ["city": "Rome"], "2": ["city": "Oslo"], "3": [:]]))
      _ = try await sources.importing(.users(["1": ["city": "Pisa"], "2": ["city": "Oslo"]]))
      let held = try await sources.importing(.deletions("1", "2"))
      _ = try await sources.desk.create(of: "hr")
      _ = try await sources.start(.deletions("3"))
      #expect(sources.engine.figures.sessions == [.created: 1, .triggered: 1, .held: 1])
      _ = try await sources.desk.discard(held.id)
      try await eventually("the import behind it has ended") { sources.engine.figures.ends[.completed] == 3 }
    }
    let figures = sources.engine.figures
    #expect(figures.sessions == [.created: 1])
    #expect(figures.ends == [.completed: 3, .discarded: 1])
    #expect(figures.compared == 8)
    #expect(figures.tally.changes == [.created: 3, .updated: 1, .deleted: 1])
    #expect(figures.tally.events == ["leaver": 1, "changed": 1])
    #expect(figures.tally.faults == ["leaver": 0, "changed": 0])
  }

  @Test("a single change counts, and so does a rule that cannot be carried out")
  func faults() async throws {
    let sources = try await TestSources()
    sources.rules.replace(
      with: try RuleSet([
        [
          "name": "joiner", "when": "kind eq \"created\"", "emit": ["account-enabled"],
          "subject": ["format": "email", "email": "{new.email}"],
        ]
      ]))
    _ = try await sources.identities.change("1", of: "hr", .create(IdentityProfile([:], at: .root)))
    #expect(sources.engine.figures.tally.changes == [.created: 1])
    #expect(sources.engine.figures.tally.faults == ["joiner": 1])
    #expect(sources.engine.figures.tally.events == ["joiner": 0])
  }

  @Test("a restart knows how far sessions are, and sees them expire and go with their source")
  func restart() async throws {
    var sources = try await TestSources()
    _ = try await sources.desk.create(of: "hr")
    sources = try await sources.restarted()
    try await sources.working {
      try await eventually("they are counted") { sources.engine.figures.sessions[.created] == 1 }
      sources.world.clock.advance(by: .seconds(24 * 3600))
      _ = try await sources.desk.sessions(of: "hr")
      #expect(sources.engine.figures.sessions[.created] == 0)
      _ = try await sources.desk.create(of: "hr")
      #expect(sources.engine.figures.sessions[.created] == 1)
      try await sources.registry.delete("hr")
      #expect(sources.engine.figures.sessions[.created] == 0)
    }
  }
}
