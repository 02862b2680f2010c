import JSON
import TestSupport
import Testing
import Transmitter

@testable import IdentitySources

@Suite struct ImportSafetyTests {
  private func upload(_ count: Int, city: JSONValue) throws -> Upload {
    var upload = Upload(.usersMerge)
    for number in 0..<count {
      upload.add(user: "u\(number)", profile: try IdentityProfile(["city": city], at: .root))
    }
    return upload
  }

  @Test(
    "an import that affects more people than the brake lets pass is held: nothing is sent and nothing changes"
  )
  func held() async throws {
    let sources = try await TestSources { $0.policy.brake.people = 2 }
    try await sources.working {
      _ = try await sources.importing(upload(10, city: "Rome"))
      let before = try await sources.snapshot()
      let held = try await sources.importing(upload(3, city: "Oslo"))
      #expect(held.status == .inProgress)
      #expect(held.phase == .held)
      #expect(held.report.held == ImportReport.Held(people: 3, limit: 2))
      #expect(try await sources.events() == [])
      #expect(try await sources.snapshot() == before)

      _ = try await sources.desk.approve(held.id)
      #expect(try await sources.settled(held).status == .completed)
      #expect(try await sources.events().count == 3)
    }
  }

  @Test("an import that is discarded leaves nothing; those behind it go on")
  func discarded() async throws {
    let sources = try await TestSources { $0.policy.brake.people = 0 }
    try await sources.working {
      _ = try await sources.importing(upload(2, city: "Rome"))
      let held = try await sources.importing(upload(2, city: "Oslo"))
      let next = try await sources.start(upload(2, city: "Rome"))
      #expect(try await sources.desk.session(next.id, of: nil).status == .triggered)
      #expect(try await sources.desk.discard(held.id).status == .closed)
      #expect(try await sources.settled(next).report.unchanged == 2)
      #expect(try await sources.events() == [])
      await #expect(throws: IdentitySourceError.self) { try await sources.desk.approve(held.id) }
    }
  }

  @Test("five hundredths of a large source pass", arguments: [(5, false), (6, true)])
  func percent(changed: Int, isHeld: Bool) async throws {
    let sources = try await TestSources { $0.policy.brake.people = 1 }
    try await sources.working {
      _ = try await sources.importing(upload(100, city: "Rome"))
      let session = try await sources.importing(upload(changed, city: "Oslo"))
      #expect((session.phase == .held) == isHeld)
    }
  }

  @Test(
    "a dry run tells what would be sent, and sends and changes nothing; the session can be started afterwards"
  )
  func dryRun() async throws {
    let sources = try await TestSources { $0.policy.brake.people = 1 }
    try await sources.working {
      _ = try await sources.importing(upload(2, city: "Rome"))
      let session = try await sources.desk.createImport(of: "hr", isFull: false)
      try await sources.desk.add([upload(2, city: "Oslo")], to: session.id, of: nil)
      let loaded = try await sources.desk.session(session.id, of: nil)
      let preview = try await sources.engine.dryRun(loaded)
      #expect(preview.events.map(\.identity) == ["u0", "u1"])
      #expect(preview.events.allSatisfy { $0.rule == "changed" })
      #expect(preview.report.events == 2)
      #expect(preview.isHeld)
      #expect(try await sources.events() == [])
      #expect(try await sources.count("staged_identity") == 0)
      #expect(try await sources.desk.session(session.id, of: nil).status == .created)
    }
  }

  @Test("after a crash in any phase an import ends with no change lost or made twice", arguments: 0..<12)
  func crash(slices: Int) async throws {
    var sources = try await TestSources()
    try await sources.working { _ = try await sources.importing(upload(450, city: "Rome")) }
    sources = try await sources.restarted()
    let session = try await sources.start(upload(450, city: "Oslo"), .deletions("u1", "u2"))
    // The store refuses what comes after so many of its transactions, as a kill would.
    let first = sources
    let running = Task { try await first.engine.run() }
    try await eventually("some slices are done") {
      if try await first.count("event") >= slices * 40 { return true }
      return try await first.desk.session(session.id, of: nil).status == .completed
    }
    try await first.store.close()
    _ = try? await running.value
    sources = try await sources.restarted()
    let second = sources
    try await second.working {
      #expect(try await second.settled(session).status == .completed)
      let events = try await second.events()
      #expect(events.count == 450)
      #expect(Set(events).count == 450)
      #expect(try await second.snapshot().count == 448)
      #expect(try await second.registry.source("hr").identities == 448)
    }
  }
}
