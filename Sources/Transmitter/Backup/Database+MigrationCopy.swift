import Glibc
import SQLite

extension Database {
  /// Keeps a copy of a database whose schema is older than this release's, named after the schema that it has.
  ///
  /// - Returns: where it is; nil for a new database, and for one that is up to date.
  /// - Throws: `StoreError.cannotCopy`.
  func copyBeforeMigration(of path: String, _ parts: [SchemaPart]) throws -> String? {
    guard let version = try oldVersion(parts) else { return nil }
    let copy = DatabaseCopy(at: "\(path).schema-\(version)", parts: parts)
    do {
      try copy.clear()
      var backup = try backup(to: copy.draft)
      while try backup.step(pages: .max) {}
      try copy.verify { _ in }
      try copy.publish()
    } catch {
      unlink(copy.draft)
      throw StoreError.cannotCopy(copy.path, "\(error)")
    }
    return copy.path
  }

  /// The versions of the schema and of the parts that there are already, if one of them is not the newest.
  private func oldVersion(_ parts: [SchemaPart]) throws -> String? {
    let schema = try schemaVersion
    guard schema > 0 else { return nil }
    let found = try parts.map { (part: $0, version: try version(of: $0)) }.filter { $0.version > 0 }
    let isOld = schema < Schema.migrations.count || found.contains { $0.version < $0.part.migrations.count }
    return isOld
      ? (["\(schema)"] + found.map { "\($0.part.name)-\($0.version)" }).joined(separator: "-") : nil
  }
}
