import JSON
import SQLite
import Testing

@testable import Transmitter

/// What somebody does to the log of five changes, and what verifying it tells.
struct Tampering: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let sql: String
  let told: [String]

  init(_ description: String, _ sql: String, tells told: String...) {
    testDescription = description
    self.sql = sql
    self.told = told
  }

  private static let entryThree =
    "UPDATE audit SET entry = replace(entry, 'client-3', 'client-9') WHERE seq = 3;"

  static let all = [
    Tampering("an edited entry", entryThree, tells: "3 edited"),
    Tampering(
      "an edited entry with a digest of its own",
      entryThree + "UPDATE audit SET hash = zeroblob(32) WHERE seq = 3", tells: "3 edited", "4 unlinked"),
    Tampering(
      "an entry that is no JSON", "UPDATE audit SET entry = '{' WHERE seq = 2", tells: "2 unlinked",
      "2 moved",
      "2 edited"),
    Tampering(
      "an entry that is found under another name", "UPDATE audit SET actor = 'client/other' WHERE seq = 2",
      tells: "2 edited"),
    Tampering("a removed entry", "DELETE FROM audit WHERE seq = 2", tells: "2 missing"),
    Tampering(
      "two entries that changed places",
      """
      UPDATE audit SET seq = 100 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3;
      UPDATE audit SET seq = 3 WHERE seq = 100;
      """, tells: "2 unlinked", "2 moved", "3 unlinked", "3 moved", "4 unlinked"),
    Tampering("the first entry removed", "DELETE FROM audit WHERE seq = 1", tells: "1 missing"),
    Tampering("the tail cut off", "DELETE FROM audit WHERE seq > 3", tells: "4 missing"),
    Tampering("everything removed", "DELETE FROM audit", tells: "1 missing"),
    Tampering(
      "an entry added behind the newest",
      """
      INSERT INTO audit (seq, entry, hash, time, actor, target)
      SELECT 6, entry, hash, time, actor, target FROM audit WHERE seq = 5
      """,
      tells: "6 beyond_head"),
    Tampering(
      "the newest replaced",
      """
      UPDATE audit SET entry = (SELECT entry FROM audit WHERE seq = 4), hash = zeroblob(32) WHERE seq = 5
      """, tells: "5 unlinked", "5 moved", "5 edited", "5 differs_from_head"),
  ]
}

@Suite struct AuditVerificationTests {
  @Test("an untouched log is whole, across a restart too")
  func whole() async throws {
    var domain = try await TestDomain.withEmptyLog()
    try await domain.makeClients(3)
    domain = try await domain.reopened()
    _ = try await domain.access.deleteClient("client-2")
    let verification = try await domain.verifyAudit()
    #expect(verification.isValid)
    #expect(verification.count == 4)
    #expect(verification.head.sequence == 4)
  }

  @Test("an empty log is whole")
  func empty() async throws {
    let verification = try await TestDomain.withEmptyLog().verifyAudit()
    #expect(verification.isValid)
    #expect(verification.head == .origin)
  }

  @Test("tampering is told", arguments: Tampering.all)
  func tampering(_ tampering: Tampering) async throws {
    let domain = try await TestDomain.withEmptyLog()
    try await domain.makeClients(5)
    try await domain.tamper(tampering.sql)
    let verification = try await domain.verifyAudit()
    #expect(!verification.isValid)
    #expect(verification.faults.map { "\($0.sequence) \($0.name)" } == tampering.told)
    #expect(verification.faultCount == tampering.told.count)
  }

  @Test("a log that was cut and written anew is whole in itself, and told by a head that was noted")
  func anchor() async throws {
    let domain = try await TestDomain.withEmptyLog()
    try await domain.makeClients(3)
    let noted = try await domain.verifyAudit().head
    try await domain.tamper(
      """
      DELETE FROM audit WHERE seq > 1;
      UPDATE audit_chain SET head_seq = 1, head_hash = (SELECT hash FROM audit WHERE seq = 1);
      """)
    #expect(try await domain.verifyAudit().isValid)
    let cut = try await domain.verifyAudit(against: noted)
    #expect(cut.faults.map { "\($0.sequence) \($0.name)" } == ["2 missing"])

    try await domain.access.deleteClient("client-1")
    try await domain.access.deleteClient("client-2")
    #expect(try await domain.verifyAudit().isValid)
    let rewritten = try await domain.verifyAudit(against: noted)
    #expect(rewritten.faults.map { "\($0.sequence) \($0.name)" } == ["3 differs_from_noted"])
  }

  @Test("a head that was noted stays good while the log grows")
  func growing() async throws {
    let domain = try await TestDomain.withEmptyLog()
    try await domain.makeClients(3)
    let noted = try await domain.verifyAudit().head
    try await domain.access.deleteClient("client-1")
    #expect(try await domain.verifyAudit(against: noted).isValid)
    #expect(try await domain.verifyAudit(against: .origin).isValid)
  }

  @Test("a log of several pages is walked to its end")
  func pages() async throws {
    let domain = try await TestDomain.withEmptyLog()
    try await domain.makeClients(1)
    try await domain.store.transaction { transaction in
      for number in 2...1201 {
        try transaction.record("test.note", AuditTarget("test", "\(number)"), at: Timestamp(milliseconds: 0))
      }
    }
    #expect(try await domain.verifyAudit().count == 1201)
    try await domain.tamper("DELETE FROM audit WHERE seq % 2 = 0")
    let verification = try await domain.verifyAudit()
    #expect(verification.count == 601)
    #expect(verification.faultCount == 600)
    #expect(verification.faults.count == 100)
  }
}
