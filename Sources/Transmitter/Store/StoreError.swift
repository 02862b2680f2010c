package import SQLite

/// Why the database could not be opened, or a commit failed. Nothing in a failed commit was accepted; the caller
/// may try again later.
package enum StoreError: Error, CustomStringConvertible {
  /// The file at this path cannot be opened, or is no database.
  case cannotOpen(String, SQLiteError)
  /// The disk is full. Passes when space is made.
  case full
  /// Another process has locked the database. Passes when it lets go.
  case busy(SQLiteError)
  /// The space that is kept for a full disk cannot be had or given up.
  case ballast(PrivateFileError)
  /// The database cannot be copied, which is done before its schema is changed; the cause.
  case cannotCopy(String, String)
  /// SQLite failed otherwise.
  case failed(SQLiteError)
  /// SQLite rolled the whole transaction back by itself.
  case rolledBack
  /// The store was closed, because the daemon stops.
  case closed

  init(_ error: any Error) {
    switch error {
    case let error as StoreError: self = error
    case let error as SQLiteError where .full ~= error.code: self = .full
    case let error as SQLiteError where .busy ~= error.code: self = .busy(error)
    case let error as SQLiteError: self = .failed(error)
    default: self = .rolledBack
    }
  }

  /// Whether time alone may mend it: who can wait tries again.
  package var isPassing: Bool {
    switch self {
    case .full, .busy: true
    default: false
    }
  }

  /// Whether the database must not be used any more.
  var isFinal: Bool {
    switch self {
    case .failed(let error): error.code.isFileFailure
    case .ballast: true
    default: false
    }
  }

  /// Whether it is nobody's own failure: all that share the commit fail with it.
  var isOfDatabase: Bool {
    if case .full = self { true } else { isFinal }
  }

  package var description: String {
    switch self {
    case .cannotOpen(let path, let error): "cannot open the database \(path): \(error)"
    case .full: "the disk of the state directory is full; make space, the daemon goes on by itself"
    case .busy(let error): "the database is locked: \(error)"
    case .ballast(let error): "the space kept for a full disk: \(error)"
    case .cannotCopy(let path, let cause):
      "the database has to be brought up to date, and cannot be copied to \(path) before: \(cause)"
    case .failed(let error): "the database failed: \(error)"
    case .closed: "the transmitter is stopping; try again when it runs"
    case .rolledBack: "the database rolled the transaction back; try again"
    }
  }
}
