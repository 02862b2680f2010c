extension Database {
  /// Looks into a finished copy of a database, through and through, and changes nothing: no log, no lock, no file
  /// beside it. Nobody may be writing to it.
  ///
  /// - Parameters:
  ///   - name: what errors call the file.
  ///   - body: reads from it, once it is known to be sound.
  /// - Throws: `SchemaError.notOurs`, `.newer` or `.damaged`, `SQLiteError` if it is no database, or what `body` throws.
  package static func inspect<Value>(
    copyAt path: String, named name: String, configuration: Configuration, _ body: (Database) throws -> Value
  ) throws -> Value {
    let database = try Database(lookingAt: path)
    defer { database.close() }
    try database.checkIdentity(configuration, path: name)
    if let problem = try database.integrityProblems().first {
      throw SchemaError.damaged(path: name, problem: problem)
    }
    return try body(database)
  }

  /// A page that cannot be read ends the check itself.
  private func integrityProblems() throws -> [String] {
    do {
      return try integrityCheck()
    } catch let error as SQLiteError where .corrupt ~= error.code {
      return [error.message]
    }
  }
}
