import Glibc
import JSON
import Logging
package import SQLite

/// A backup put in the place of the database of a stopped daemon.
///
/// An interruption is told by a file: while it is there, nothing starts on the directory. The next start writes into the
/// database that this is another life of it.
package struct Restoration: Sendable {
  /// Tells this life of the database from those before.
  let bootID: String
  let time: Timestamp
  /// The backup.
  let file: String

  /// Restores a backup: verified, and sealed under the key that is there, or nothing is changed.
  ///
  /// - Parameter parts: as the store is opened with.
  /// - Returns: where the former database is kept; nil if there was none.
  /// - Throws: `BackupError`, `SQLiteError` or `PrivateFileError`.
  package static func perform(
    from file: String, in state: StateDirectory, parts: [SchemaPart], environment: Environment
  ) throws -> String? {
    let files = state.files
    let copy = DatabaseCopy(at: files.database, parts: parts)
    try checkLog(of: file)
    try copy.clear()
    do {
      try PrivateFile.copy(file, to: copy.draft)
      let needed = try copy.verify(as: file) { try $0.sealingKeyID() }
      try checkKey(files.keyEncryptionKey, for: file, needed)
    } catch {
      unlink(copy.draft)
      throw BackupError.restoring(file, error)
    }
    return try exchange(copy, files, with: Restoration(of: file, in: files, environment))
  }

  /// One that was interrupted is gone on with: under its time the former database is kept.
  private init(of file: String, in files: StateFiles, _ environment: Environment) throws {
    bootID = environment.newIdentifier()
    time = try Restoration(at: files.unfinishedRestore)?.time ?? environment.now()
    self.file = file
  }

  private static func checkLog(of file: String) throws(BackupError) {
    guard !PrivateFile.exists(file + "-wal") else { throw .hasLog(file) }
  }

  private static func checkKey(_ path: String, for file: String, _ needed: String?) throws {
    guard let needed else { return }
    let have = try KeyEncryptionKey.id(at: path)
    guard have == needed else { throw BackupError.otherKey(file, needed: needed, at: path, have: have) }
  }

  /// Sets the former database aside, with its log, and puts the copy in its place.
  private static func exchange(
    _ copy: DatabaseCopy, _ files: StateFiles, with restoration: Restoration
  ) throws -> String? {
    try PrivateFile.replace(files.unfinishedRestore, restoration.json.serialized())
    let kept = "\(files.database).before-\(restoration.time)"
    for suffix in ["-wal", ""]
    where PrivateFile.exists(files.database + suffix) && !PrivateFile.exists(kept + suffix) {
      try PrivateFile.move(files.database + suffix, to: kept + suffix)
    }
    // A log that stayed would be replayed onto the copy.
    for suffix in ["-wal", "-shm"] { try PrivateFile.remove(files.database + suffix) }
    try copy.publish()
    try PrivateFile.move(files.unfinishedRestore, to: files.finishedRestore)
    return PrivateFile.exists(kept) ? kept : nil
  }
}

// MARK: - The start after it

extension Restoration {
  /// Writes into the database that it was restored, if it was since the last start. A start that was killed before the
  /// file was gone has done so already.
  package static func conclude(in files: StateFiles, _ store: Store, environment: Environment) async throws {
    guard let restoration = try Restoration(at: files.finishedRestore) else { return }
    try await AuditActor.$current.withValue(.local) {
      try await store.transaction(mayUseBallast: true) { transaction in
        guard try transaction.database.insertRestoration(restoration) else { return }
        try transaction.record(
          .backupRestored, AuditTarget("backup", restoration.file),
          after: ["boot_id": .string(restoration.bootID)], at: restoration.time)
      }
    }
    try PrivateFile.remove(files.finishedRestore)
    environment.logger.notice(
      "restored at \(restoration.time)",
      metadata: ["file": "\(restoration.file)", "boot_id": "\(restoration.bootID)"])
  }

  private var json: JSONValue {
    ["boot_id": .string(bootID), "restored_ms": .integer(time.milliseconds), "file": .string(file)]
  }

  /// Reads what a file tells; nil if it is not there.
  private init?(at path: String) throws {
    guard PrivateFile.exists(path) else { return nil }
    let json = try JSONValue(parsing: PrivateFile.read(path))
    guard let bootID = json["boot_id"]?.stringValue, let time = json["restored_ms"]?.integerValue,
      let file = json["file"]?.stringValue
    else { throw BackupError.notARestore(path) }
    self.bootID = bootID
    self.time = Timestamp(milliseconds: time)
    self.file = file
  }
}
