import JSON
import SQLite
import TestSupport
import Testing
import Transmitter

@testable import IdentitySources

@Suite struct ImportTests {
  private let sources: TestSources

  init() async throws {
    sources = try await TestSources()
  }

  @Test("users are upserted and deleted; each change is told once, and those that are the same are not")
  func upsertAndDelete() async throws {
    try await sources.working {
      _ = try await sources.importing(
        .users(["1": ["email": "a@x.example"], "2": ["email": "b@x.example"], "3": ["email": "c@x.example"]]))
      #expect(try await sources.events() == [])
      let session = try await sources.importing(
        .users([
          "1": ["email": "a@x.example"], "2": ["email": "new@x.example"], "4": ["email": "d@x.example"],
        ]),
        .deletions("3", "nobody"))
      #expect(session.status == .completed)
      var report = ImportReport()
      report.created = 1
      report.updated = 1
      report.deleted = 1
      report.unchanged = 2
      report.changes = 3
      report.people = 2
      report.events = 2
      #expect(session.report == report)
      #expect(try await sources.events() == ["session-revoked 2", "account-disabled 3"])
      #expect(
        try await sources.snapshot() == [
          "1": #"{"email":"a@x.example"}"#, "2": #"{"email":"new@x.example"}"#,
          "4": #"{"email":"d@x.example"}"#,
        ])
      #expect(try await sources.registry.source("hr").identities == 3)
    }
  }

  @Test("an upload merges: attributes that are not named stay, and null takes one away")
  func merge() async throws {
    try await sources.working {
      _ = try await sources.importing(.users(["1": ["title": "Clerk", "email": "a@x.example"]]))
      _ = try await sources.importing(.users(["1": ["title": nil, "city": "Rome"]]))
      #expect(try await sources.snapshot() == ["1": #"{"city":"Rome","email":"a@x.example"}"#])
      let same = try await sources.importing(.users(["1": ["city": "Rome", "title": nil]]))
      #expect(same.report.unchanged == 1)
      #expect(try await sources.events() == ["session-revoked 1"])
    }
  }

  @Test("an upload that replaces takes away what is not named")
  func replace() async throws {
    try await sources.working {
      _ = try await sources.importing(.users(["1": ["title": "Clerk", "email": "a@x.example"]]))
      _ = try await sources.importing(.users(["1": ["email": "a@x.example"]], .usersReplace))
      #expect(try await sources.snapshot() == ["1": #"{"email":"a@x.example"}"#])
    }
  }

  @Test(
    "of several records for one identity the last counts, in one upload and over uploads, with one change told"
  )
  func duplicates() async throws {
    try await sources.working {
      _ = try await sources.importing(
        .users(["1": ["city": "Rome"], "2": ["city": "Rome"], "3": ["city": "Rome"]]))
      var upload = try Upload.users(["1": ["city": "Oslo"]])
      upload.add(user: "1", profile: try IdentityProfile(["city": "Bonn"], at: .root))
      let session = try await sources.importing(
        upload, .users(["2": ["city": "Oslo"], "3": ["city": "Oslo"]]), .deletions("2"),
        .users(["3": ["city": "Rome"]]))
      #expect(session.report.changes == 2)
      #expect(try await sources.snapshot() == ["1": #"{"city":"Bonn"}"#, "3": #"{"city":"Rome"}"#])
      #expect(try await sources.events() == ["session-revoked 1", "account-disabled 2"])
    }
  }

  @Test("a full import counts those that are absent as deleted")
  func full() async throws {
    try await sources.working {
      _ = try await sources.importing(
        .users(["1": ["city": "Rome"], "2": ["city": "Rome"], "3": ["city": "Rome"]]))
      let session = try await sources.importing(
        .users(["2": ["city": "Rome"], "4": ["city": "Rome"]], .usersReplace), isFull: true)
      #expect(session.report.deleted == 2)
      #expect(try await sources.snapshot().keys.sorted() == ["2", "4"])
      #expect(try await sources.events() == ["account-disabled 1", "account-disabled 3"])
    }
  }

  @Test("uploads and what was put aside are gone after the import")
  func swept() async throws {
    try await sources.working {
      _ = try await sources.importing(.users(["1": ["city": "Rome"]]))
      for table in ["import_upload", "staged_identity", "staged_membership", "staged_group"] {
        try await eventually("\(table) is empty") { try await sources.count(table) == 0 }
      }
    }
  }

  @Test(
    "groups are kept with their members; one who loses a group has changed, with all changes told at once")
  func groups() async throws {
    try await sources.working {
      _ = try await sources.importing(
        .members(["1", "2", "nobody"], of: "g1"), .users(["1": ["city": "Rome"], "2": ["city": "Rome"]]),
        .groups(["g1": "Staff"]))
      #expect(try await sources.count("identity_membership") == 2)
      let session = try await sources.importing(
        .users(["1": ["city": "Oslo"]]), .members(["1"], of: "g1", .membershipsDelete),
        .members(["2"], of: "unknown"))
      #expect(session.report.updated == 1)
      _ = try await sources.importing(.deletions("g1", kind: .groupsDelete))
      #expect(try await sources.count("identity_membership") == 0)
      #expect(try await sources.count("identity_group") == 0)
      #expect(try await sources.events() == ["session-revoked 1", "session-revoked 2"])
    }
  }

  @Test("imports of one source run in the order in which they were started")
  func queue() async throws {
    let first = try await sources.start(.users(["1": ["city": "Rome"]]))
    let second = try await sources.start(.users(["1": ["city": "Oslo"]]))
    try await sources.working {
      _ = try await sources.settled(second)
      #expect(try await sources.settled(first).report.created == 1)
      #expect(try await sources.snapshot() == ["1": #"{"city":"Oslo"}"#])
    }
  }

  @Test(
    "each event of an import knows its rule, its import and its identity, and those of one identity share a txn"
  )
  func origin() async throws {
    try await sources.working {
      _ = try await sources.importing(.users(["1": ["city": "Rome"]]))
      let session = try await sources.importing(.deletions("1"))
      let origins = try await sources.store.read { database in
        try database.query("SELECT origin FROM event") { try JSONValue(parsing: Array($0.text(0).utf8)) }
      }
      #expect(
        origins == [["rule": "leaver", "source": "hr", "identity": "1", "import": .string(session.id)]])
    }
  }
}
