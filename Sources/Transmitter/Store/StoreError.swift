package import SQLite

/// Why the database could not be opened, or a commit failed. Nothing in a failed commit was accepted; the caller
/// may try again later.
package enum StoreError: Error, CustomStringConvertible {
  /// The file at this path cannot be opened, or is no database.
  case cannotOpen(String, SQLiteError)
  /// The disk is full. Passes when space is made.
  case full
  /// SQLite failed otherwise.
  case failed(SQLiteError)
  /// SQLite rolled the whole transaction back by itself.
  case rolledBack
  /// The store was closed, because the daemon stops.
  case closed

  init(_ error: any Error) {
    switch error {
    case let error as StoreError: self = error
    case let error as SQLiteError where error.code == .full: self = .full
    case let error as SQLiteError: self = .failed(error)
    default: self = .rolledBack
    }
  }

  package var description: String {
    switch self {
    case .cannotOpen(let path, let error): "cannot open the database \(path): \(error)"
    case .full: "the disk of the state directory is full; make space, the daemon goes on by itself"
    case .failed(let error): "the database failed: \(error)"
    case .closed: "the transmitter is stopping; try again when it runs"
    case .rolledBack: "the database rolled the transaction back; try again"
    }
  }
}
