import JSON
import SQLite
import Transmitter

/// The identity sources there are.
package struct SourceRegistry: Sendable {
  private static let longestDescription = 255

  private let store: Store
  private let bell: ImportBell
  private let meter: ImportMeter
  private let environment: Environment

  init(store: Store, bell: ImportBell, meter: ImportMeter, environment: Environment) {
    self.store = store
    self.bell = bell
    self.meter = meter
    self.environment = environment
  }

  /// - Throws: `IdentitySourceError.malformedSourceID`, `.sourceExists` or `.invalid`.
  package func create(_ id: String, description: String?) async throws -> IdentitySource {
    guard IdentitySource.isID(id) else { throw IdentitySourceError.malformedSourceID(id) }
    if let description, description.unicodeScalars.count > Self.longestDescription {
      throw IdentitySourceError.invalid(
        ["description"], "must have at most \(Self.longestDescription) characters (Unicode scalars)")
    }
    return try await store.transaction { [environment] transaction in
      let database = transaction.database
      guard try database.source(id) == nil else { throw IdentitySourceError.sourceExists(id) }
      let source = try database.insertSource(id, description: description, at: environment.now())
      try transaction.record(
        "source.create", AuditTarget("source", id), after: source.audited, at: environment.now())
      return source
    }
  }

  /// Makes those that are not there yet, as the configuration wants.
  package func require(_ ids: [String]) async throws {
    for id in ids where try await store.read({ try $0.source(id) }) == nil {
      _ = try await create(id, description: "made by the configuration")
    }
  }

  /// All of them, by their ids.
  package func all() async throws -> [IdentitySource] {
    try await store.read { try $0.sources() }
  }

  package func source(_ id: String) async throws -> IdentitySource {
    try await store.read { try $0.requireSource(id) }
  }

  /// Deletes a source with its snapshot and its sessions; nothing is told of its identities.
  package func delete(_ id: String) async throws {
    try await store.transaction { [environment, meter] transaction in
      let source = try transaction.database.requireSource(id)
      try transaction.database.markDeleted(source, at: environment.now())
      try transaction.record(
        "source.delete", AuditTarget("source", id), before: source.audited, at: environment.now())
      try transaction.mirrorSessions(in: meter)
    }
    bell.ring()
  }
}

extension IdentitySource {
  fileprivate var audited: JSONObject {
    ["description": description.map(JSONValue.string) ?? .null]
  }
}
