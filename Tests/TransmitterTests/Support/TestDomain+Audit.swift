import JSON
import SQLite
import SharedSignals

@testable import Transmitter

extension TestDomain {
  /// A domain whose log has no entry, not even of its first keys.
  static func withEmptyLog(_ initial: DefaultSubjects = .everySubject) async throws -> TestDomain {
    let domain = try await TestDomain(initial)
    try await domain.tamper(
      "DELETE FROM audit; UPDATE audit_chain SET head_seq = 0, head_hash = zeroblob(32)")
    return domain
  }

  /// The audit log's entries, oldest first.
  func audited(_ filter: AuditFilter = AuditFilter()) async throws -> [JSONValue] {
    try await AuditLog(store: store).entries(filter, atMost: 500).entries.reversed().map { try $0.json }
  }

  /// Does to the database what somebody might who can write the file.
  func tamper(_ sql: String) async throws {
    try await store.read { try $0.executeScript(sql) }
  }

  func verifyAudit(against noted: AuditLink? = nil) async throws -> AuditVerification {
    try await AuditLog(store: store).verify(against: noted)
  }

  /// Makes `client-1` and so on, a change each.
  func makeClients(_ count: Int) async throws {
    for number in 1...count { try await makeClient("client-\(number)") }
  }

  func makeClient(_ id: String = "receiver") async throws {
    _ = try await access.createClient(id: id, description: nil, audience: nil, scopes: [.manage])
  }
}

extension JSONValue {
  /// An entry in short: `actor action target`.
  var act: String {
    ["actor", "action", "target"].map { self[$0]?.stringValue ?? "?" }.joined(separator: " ")
  }
}
