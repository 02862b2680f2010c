import JSON
import TestSupport
import Testing
import Transmitter

@testable import IdentitySources

/// Which import runs when, beside others, dry runs, and a stop.
@Suite struct ImportOrderTests {
  private func upload(_ count: Int) throws -> Upload {
    var upload = Upload(.usersMerge)
    for number in 0..<count { upload.add(user: "u\(number)", profile: try IdentityProfile([:], at: .root)) }
    return upload
  }

  @Test("imports that wait behind a held one, however many, do not keep other sources waiting")
  func otherSources() async throws {
    let sources = try await TestSources {
      $0.policy.brake.people = 0
      $0.policy.waitingImportsPerSource = 1000
    }
    try await sources.registry.require(["it"])
    try await sources.working {
      _ = try await sources.importing(.users(["1": [:]]))
      let held = try await sources.importing(.deletions("1"))
      for _ in 0..<501 { _ = try await sources.start(.users(["2": [:]])) }
      let other = try await sources.desk.createImport(of: "it", isFull: false)
      try await sources.desk.add([upload(1)], to: other.id, of: nil)
      #expect(try await sources.settled(sources.desk.start(other.id, of: nil)).status == .completed)
      #expect(try await sources.desk.session(held.id, of: nil).phase == .held)
    }
  }

  @Test("only so many imports of a source wait: a client that goes on uploading is told")
  func waiting() async throws {
    let sources = try await TestSources { $0.policy.waitingImportsPerSource = 2 }
    for _ in 0..<2 {
      let session = try await sources.desk.create(of: "hr")
      try await sources.desk.add([upload(1)], to: session.id, of: "hr")
      _ = try await sources.desk.start(session.id, of: "hr")
    }
    let error = await #expect(throws: IdentitySourceError.self) { try await sources.desk.create(of: "hr") }
    #expect(error?.description.contains("2 imports") == true)
    await #expect(throws: IdentitySourceError.self) {
      try await sources.desk.createImport(of: "hr", isFull: false)
    }
  }

  @Test("dry runs and imports take turns, and a source has one dry run that waits")
  func turns() async throws {
    let sources = try await TestSources()
    let started = try await sources.start(upload(2000))
    try await withThrowingTaskGroup(of: Result<ImportPreview, any Error>.self) { dryRuns in
      for source in ["it", "sales"] {
        let session = try await filled(source, in: sources)
        for _ in 0..<2 { dryRuns.addTask { await sources.tryOut(session) } }
        // As nothing works yet, one that is answered is refused, and the other waits.
        let refused = try await dryRuns.next()
        #expect(throws: IdentitySourceError.self) { try refused?.get() }
      }
      let working = Task { try await sources.engine.run() }
      for _ in 0..<2 {
        let waited = try await dryRuns.next()
        #expect(try waited?.get().report.created == 1)
      }
      #expect(try await sources.desk.session(started.id, of: nil).status == .completed)
      sources.engine.stop()
      try await working.value
    }
  }

  /// A session of a new source, with an upload.
  private func filled(_ source: String, in sources: TestSources) async throws -> ImportSession {
    try await sources.registry.require([source])
    let session = try await sources.desk.createImport(of: source, isFull: false)
    try await sources.desk.add([upload(1)], to: session.id, of: nil)
    return try await sources.desk.session(session.id, of: nil)
  }

  @Test("the import that a restart finds begun goes before those that an earlier clock has dated")
  func clock() async throws {
    var sources = try await TestSources { $0.policy.brake.people = 0 }
    let held = try await sources.working {
      _ = try await sources.importing(.users(["1": [:]]))
      return try await sources.importing(.deletions("1"))
    }
    sources.world.clock.step(by: .seconds(-3600))
    _ = try await sources.start(.users(["1": ["city": "Rome"]]))
    _ = try await sources.desk.approve(held.id)
    sources = try await sources.restarted()
    try await sources.working {
      try await eventually("both are done") { sources.engine.figures.ends[.completed] == 2 }
    }
    #expect(try await sources.snapshot() == ["1": #"{"city":"Rome"}"#])
  }

  @Test("a dry run that comes after its import was started is refused, and takes nothing from it")
  func lateDryRun() async throws {
    let sources = try await TestSources { $0.policy.brake.people = 0 }
    try await sources.working {
      _ = try await sources.importing(.users(["1": [:], "2": [:]]))
      let session = try await sources.desk.createImport(of: "hr", isFull: false)
      try await sources.desk.add([.deletions("1")], to: session.id, of: nil)
      let seen = try await sources.desk.session(session.id, of: nil)
      let held = try await sources.settled(sources.desk.start(session.id, of: nil))
      #expect(held.phase == .held)

      await #expect(throws: IdentitySourceError.self) { try await sources.engine.dryRun(seen) }

      _ = try await sources.desk.approve(held.id)
      #expect(try await sources.settled(held).report.deleted == 1)
    }
  }

  @Test("a stop ends the work after the slice under way; the next start goes on")
  func stop() async throws {
    var sources = try await TestSources()
    let session = try await sources.start(upload(5000))
    try await sources.working {
      try await eventually("it has begun") {
        try await sources.desk.session(session.id, of: nil).report.created > 0
      }
    }
    let stopped = try await sources.desk.session(session.id, of: nil)
    #expect(stopped.status == .inProgress)
    #expect(stopped.report.created < 5000)
    sources = try await sources.restarted()
    let ended = try await sources.working { try await sources.settled(session) }
    #expect(ended.report.created == 5000)
  }
}

extension TestSources {
  fileprivate func tryOut(_ session: ImportSession) async -> Result<ImportPreview, any Error> {
    do { return .success(try await engine.dryRun(session)) } catch { return .failure(error) }
  }
}
