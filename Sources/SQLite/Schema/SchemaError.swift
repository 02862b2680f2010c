/// A database file that SQLite can read and this program must not, or could not bring up to date.
package enum SchemaError: Error, Equatable {
  /// The file carries another program's `application_id`, or none and yet content.
  case notOurs(path: String, applicationID: Int32)
  /// A newer release has written the file.
  case newer(found: Int, supported: Int)
  /// Whoever had the file open last did not close it, and what is in it is not sound.
  case damaged(path: String, problem: String)
  /// The migration was rolled back; the file is at the version before it.
  case migrationFailed(number: Int, name: String, cause: SQLiteError)
}

extension SchemaError: CustomStringConvertible {
  /// What is left to do with a damaged file.
  static let remedy =
    "keep a copy of the state directory, then put the last backup in its place: ssf-transmitter restore FILE"

  package var description: String {
    switch self {
    case .notOurs(let path, let id):
      "\(path) belongs to another program (application_id \(id)); correct the path or move the file away"
    case .newer(let found, let supported):
      "the database has schema \(found), this release knows schemas up to \(supported); "
        + "start the newer release, or put a backup made by this one in its place: ssf-transmitter restore FILE"
    case .damaged(let path, let problem):
      "\(path) is damaged and was left as it is (\(problem)); \(Self.remedy)"
    case .migrationFailed(let number, let name, let cause):
      "migration \(number) (\(name)) failed and was rolled back: \(cause)"
    }
  }
}
