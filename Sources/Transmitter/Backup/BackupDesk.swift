import Dispatch
import Glibc
import JSON
import Logging
package import SQLite
import Synchronization

/// Takes backups of the running store, one at a time. What is not the store's own work (syncing, checking) is done on a
/// queue of its own.
package actor BackupDesk {
  /// What a finished backup is.
  package struct Receipt: Sendable {
    package let path: String
    package let bytes: Int
    /// What was acknowledged before is in it.
    package let begun: Timestamp
    package let schema: Int
    /// The key-encryption key that a restore needs; nil if nothing in it is sealed.
    package let keyID: String?
  }

  private let executor = QueueExecutor(label: "backup", qos: .utility)
  private let store: Store
  private let files: StateFiles
  private let parts: [SchemaPart]
  private let environment: Environment
  private var isBusy = false
  private nonisolated let isStopping = Atomic(false)

  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// - Parameter parts: as the store was opened with.
  package init(store: Store, files: StateFiles, parts: [SchemaPart], environment: Environment) {
    self.store = store
    self.files = files
    self.parts = parts
    self.environment = environment
  }

  /// Gives up the backup that is being taken, and any after it: the transmitter stops.
  package nonisolated func stop() { isStopping.store(true, ordering: .relaxed) }

  /// Writes a backup to `path`, complete and verified, or nothing.
  ///
  /// - Parameter replaces: whether a backup that is there may be replaced.
  /// - Throws: `BackupError`, or `StoreError.closed`.
  package func take(to path: String, replaces: Bool) async throws -> Receipt {
    guard !isBusy else { throw BackupError.busy }
    isBusy = true
    defer { isBusy = false }
    let place = BackupPlace(path: path, replaces: replaces, files: files, parts: parts)
    try place.check()
    try place.checkSpace(for: await store.bytes())
    let copy = DatabaseCopy(at: path, parts: parts, tag: environment.newIdentifier())
    let receipt = try await make(copy, at: place)
    environment.logger.notice(
      "backup taken", metadata: ["file": "\(path)", "bytes": "\(receipt.bytes)"])
    return receipt
  }

  private func make(_ copy: DatabaseCopy, at place: BackupPlace) async throws -> Receipt {
    let begun = environment.now()
    do {
      try await store.copy(to: copy.draft) { [self] in !isStopping.load(ordering: .relaxed) }
      let (schema, keyID) = try copy.verify { (try $0.schemaVersion, try $0.sealingKeyID()) }
      let bytes = try PrivateFile.size(of: copy.draft)
      // Somebody may have put a file there meanwhile.
      try place.check()
      // Better an entry of a copy that fails to get its name than a copy that no entry tells of.
      try await record(path: copy.path, bytes: bytes)
      try copy.publish()
      return Receipt(path: copy.path, bytes: bytes, begun: begun, schema: schema, keyID: keyID)
    } catch {
      unlink(copy.draft)
      switch error {
      case is BackupError, StoreError.closed: throw error
      case PrivateFileError.cannotSyncDirectory: throw BackupError.notSynced(copy.path, "\(error)")
      default: throw BackupError.failed(copy.path, "\(error)")
      }
    }
  }

  private func record(path: String, bytes: Int) async throws {
    try await store.transaction(mayUseBallast: true) { [environment] transaction in
      try transaction.record(
        .backupTaken, AuditTarget("backup", path), after: ["bytes": .integer(Int64(bytes))],
        at: environment.now())
    }
  }
}
