import CSQLite
import Glibc

extension Database {
  /// What tells our files from others, and the limits that differ between a daemon and a test.
  package struct Configuration: Sendable {
    /// Marks the file as this program's (`PRAGMA application_id`); not 0.
    package let applicationID: Int32
    /// The number of the newest migration this release knows; a file beyond it is refused.
    package let supportedSchema: Int
    /// Tables that are versioned apart from those; a file beyond one of them is refused as well.
    package let parts: [SchemaPart]
    /// How long a statement waits for another process's lock.
    package let busyTimeoutMilliseconds: Int

    package init(
      applicationID: Int32, supportedSchema: Int, parts: [SchemaPart] = [],
      busyTimeoutMilliseconds: Int = 2000
    ) {
      self.applicationID = applicationID
      self.supportedSchema = supportedSchema
      self.parts = parts
      self.busyTimeoutMilliseconds = busyTimeoutMilliseconds
    }
  }

  /// Settings first that touch no byte of the file, then proof that the file is ours and sound, then those that
  /// write.
  func configure(_ configuration: Configuration, path: String, wasClosed: Bool) throws {
    try setConnectionOptions(configuration)
    if try isEmpty {
      try claim(as: configuration.applicationID)
    } else {
      try checkIdentity(configuration, path: path)
      if !wasClosed { try checkContent(path: path) }
    }
    try setJournalOptions()
  }

  /// Looks at every page: a crash of the whole machine, or a disk, may have left some that are not what was written.
  private func checkContent(path: String) throws {
    let problems: [String]
    do {
      problems = try quickCheck()
    } catch let error as SQLiteError where .corrupt ~= error.code {
      problems = [error.message]
    }
    if let problem = problems.first { throw SchemaError.damaged(path: path, problem: problem) }
  }

  /// Looks whether a file could be opened, as far as its first page tells, and changes nothing; what is only in a
  /// log beside it goes unseen. There need not be a file.
  ///
  /// - Throws: as opening does, except for damage that a log beside the file may explain.
  package static func check(path: String, configuration: Configuration) throws {
    guard access(path, F_OK) == 0 || errno != ENOENT else { return }
    let database = try Database(lookingAt: path)
    defer { database.close() }
    do {
      if try !database.isEmpty { try database.checkIdentity(configuration, path: path) }
    } catch let error as SQLiteError where .corrupt ~= error.code && hasLog(path) {
      // A checkpoint may be under way, or was when the daemon was killed: until it is over only the file and its log
      // together are a database, and opening reads both.
    }
  }

  private static func hasLog(_ path: String) -> Bool {
    var status = stat()
    return stat(path + "-wal", &status) == 0 && status.st_size > 0
  }

  private func setConnectionOptions(_ configuration: Configuration) throws(SQLiteError) {
    // Closing would otherwise checkpoint the WAL of a file that turns out to be another program's.
    try setOption(SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
    // With these on, a misspelt column in double quotes would be read as a string.
    try setOption(SQLITE_DBCONFIG_DQS_DML, false)
    try setOption(SQLITE_DBCONFIG_DQS_DDL, false)
    // What would undo a savepoint otherwise goes to a file in /var/tmp: a quarter of all bytes written, data outside
    // the state directory, and a failure wherever only that directory can be written.
    try executeScript(
      """
      PRAGMA temp_store = MEMORY;
      PRAGMA busy_timeout = \(configuration.busyTimeoutMilliseconds);
      PRAGMA trusted_schema = OFF;
      PRAGMA cell_size_check = ON;
      PRAGMA foreign_keys = ON;
      PRAGMA synchronous = FULL;
      """)
  }

  private func setOption(_ option: Int32, _ isOn: Bool) throws(SQLiteError) {
    let code = csqlite_set_option(handle, option, isOn ? 1 : 0)
    guard code == SQLITE_OK else { throw SQLiteError(lastOf: handle) }
  }

  /// Nobody has marked the file or stored anything in it: it is new, or whoever made it was killed at once.
  private var isEmpty: Bool {
    get throws {
      try integer("PRAGMA application_id") == 0 && schemaVersion == 0
        && integer("SELECT count(*) FROM sqlite_schema") == 0
    }
  }

  /// Marks a new file, in one transaction: a crash leaves an empty file or one of ours. `auto_vacuum` takes effect
  /// only before the first page is written, and so before the transaction begins to write.
  private func claim(as applicationID: Int32) throws(SQLiteError) {
    try executeScript(
      """
      BEGIN DEFERRED;
      PRAGMA auto_vacuum = INCREMENTAL;
      PRAGMA application_id = \(applicationID);
      COMMIT;
      """)
  }

  func checkIdentity(_ configuration: Configuration, path: String) throws {
    let found = Int32(truncatingIfNeeded: try integer("PRAGMA application_id"))
    guard found == configuration.applicationID else {
      throw SchemaError.notOurs(path: path, applicationID: found)
    }
    let version = try schemaVersion
    guard version <= configuration.supportedSchema else {
      throw SchemaError.newer(found: version, supported: configuration.supportedSchema)
    }
    for part in configuration.parts { try checkVersion(of: part) }
  }

  private func setJournalOptions() throws {
    let mode = try first("PRAGMA journal_mode = WAL") { try $0.text(0) }
    guard mode == "wal" else {
      throw SQLiteError(.cantOpen, "the file system cannot hold a write-ahead log (no shared memory)")
    }
    // The owner checkpoints at moments of its choice, not inside some commit.
    try executeScript("PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = \(64 << 20)")
    try setOption(SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)
  }

  /// The one number that a pragma or query answers with.
  func integer(_ sql: String) throws -> Int {
    guard let value = try first(sql, map: { try $0.int(0) }) else {
      throw SQLiteError(.error, "no answer", sql: sql)
    }
    return value
  }
}
