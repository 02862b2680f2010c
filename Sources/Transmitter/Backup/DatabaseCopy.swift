import SQLite

/// A copy of the database in the making: a draft beside the place where it will be, put there in one step when it is
/// complete, on disk, and found to be sound.
struct DatabaseCopy: Sendable {
  let path: String
  private let parts: [SchemaPart]
  let draft: String

  /// - Parameters:
  ///   - parts: as the store is opened with.
  ///   - tag: ends the draft's name where others have files too, and nobody else's may be taken for it.
  init(at path: String, parts: [SchemaPart], tag: String? = nil) {
    self.path = path
    self.parts = parts
    draft = path + ".unfinished" + (tag.map { "-\($0)" } ?? "")
  }

  /// Removes what an interrupted copy has left.
  func clear() throws(PrivateFileError) { try PrivateFile.remove(draft) }

  /// Syncs the draft and looks through it.
  ///
  /// - Parameters:
  ///   - name: what errors call the copy; by default where it will be.
  ///   - body: reads from the sound copy.
  func verify<Value>(as name: String? = nil, _ body: (Database) throws -> Value) throws -> Value {
    try PrivateFile.sync(draft)
    return try Database.inspect(
      copyAt: draft, named: name ?? path, configuration: Schema.configuration(with: parts), body)
  }

  /// Puts the draft in its place; a file there is replaced.
  func publish() throws(PrivateFileError) { try PrivateFile.move(draft, to: path) }
}
