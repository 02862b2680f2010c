import SQLite

extension Store {
  /// A mebibyte: as long as that takes to copy, a commit may have to wait.
  private static let pagesInSlice = 256

  /// Copies the database into a new file, on the one connection that there is. Between slices commits go on, and go
  /// into the copy as well: it is the state at its last slice. It is still to be synced.
  func copy(to path: String) async throws {
    guard !isClosed else { throw StoreError.closed }
    var backup = try database.backup(to: path)
    while try backup.step(pages: Self.pagesInSlice) {
      await Task.yield()
      guard !isClosed else { throw StoreError.closed }
      try Task.checkCancellation()
    }
  }
}
