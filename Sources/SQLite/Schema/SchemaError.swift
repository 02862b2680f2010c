/// A database file that SQLite can read and this program must not, or could not bring up to date.
package enum SchemaError: Error, Equatable {
  /// The file carries another program's `application_id`, or none and yet content.
  case notOurs(path: String, applicationID: Int32)
  /// A newer release has written the file.
  case newer(found: Int, supported: Int)
  /// The migration was rolled back; the file is at the version before it.
  case migrationFailed(number: Int, name: String, cause: SQLiteError)
}

extension SchemaError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notOurs(let path, let id):
      "\(path) belongs to another program (application_id \(id)); correct the path or move the file away"
    case .newer(let found, let supported):
      "the database has schema \(found), this release knows schemas up to \(supported); "
        + "start the newer release, or restore a backup made by this one"
    case .migrationFailed(let number, let name, let cause):
      "migration \(number) (\(name)) failed and was rolled back: \(cause)"
    }
  }
}
