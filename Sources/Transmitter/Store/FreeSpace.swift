import SQLite

/// How much of the database file holds nothing, and how much of that the disk should have back. Pure; in pages.
struct FreeSpace: Hashable, Sendable {
  let all: Int
  let free: Int

  /// Four mebibytes, in which outcomes can be written whoever fills the disk.
  private static let leastSpare = 1024

  /// How many are to be given back; those that are left spare what comes next the growing of the file. None before
  /// twice as many are free as are left: where as much comes as is forgotten, no page has to be moved.
  ///
  /// - Parameter isDiskFull: then all but the least is needed elsewhere.
  func excess(onFullDisk isDiskFull: Bool) -> Int {
    let spare = isDiskFull ? Self.leastSpare : max((all - free) / 8, Self.leastSpare)
    return free > 2 * spare ? free - spare : 0
  }
}

extension Store {
  /// Half a mebibyte, and with it some parents and the map of them, go through the log in each commit.
  private static let pagesInSlice = 128

  /// Gives back to the disk what the file does not need, a slice at a time: between slices other commits go first.
  func shrink() async throws {
    var excess = try freeSpace().excess(onFullDisk: isDiskFull)
    guard excess > 0 else { return }
    while excess > 0, !Task.isCancelled {
      try await transaction(mayUseBallast: true) { try $0.database.vacuum(pages: Self.pagesInSlice) }
      excess -= Self.pagesInSlice
    }
    // It is the checkpoint that cuts the file.
    checkpoint()
  }

  func freeSpace() throws -> FreeSpace {
    let pages = try read { try $0.pageCounts() }
    return FreeSpace(all: pages.all, free: pages.free)
  }
}
