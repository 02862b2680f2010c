import SQLite

extension Store {
  /// A mebibyte: as long as that takes to copy, a commit may have to wait.
  private static let pagesInSlice = 256

  /// Copies the database into a new file, on the one connection that there is. Between slices commits go on, and go
  /// into the copy as well: it is the state at its last slice. It is still to be synced.
  ///
  /// - Parameter isWanted: asked between slices.
  /// - Throws: `StoreError.closed` once it is not wanted any more, or `SQLiteError`.
  func copy(to path: String, while isWanted: @Sendable () -> Bool) async throws {
    guard !isClosed else { throw StoreError.closed }
    var backup = try database.backup(to: path)
    while try backup.step(pages: Self.pagesInSlice) {
      await Task.yield()
      guard !isClosed, isWanted() else { throw StoreError.closed }
    }
  }

  /// How large a copy would be.
  func bytes() throws -> Int {
    try read { database in
      try database.first("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size") {
        try $0.int(0)
      } ?? 0
    }
  }
}
