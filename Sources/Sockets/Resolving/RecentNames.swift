/// The names that were put in last: some thousands, whatever was put in before. Pure.
struct RecentNames: Sendable {
  private static let room = 4096

  private var recent: Set<String> = []
  /// Those that were the recent ones before there were too many.
  private var earlier: Set<String> = []

  func contains(_ name: String) -> Bool { recent.contains(name) || earlier.contains(name) }

  mutating func insert(_ name: String) {
    if recent.count >= Self.room {
      earlier = recent
      recent = []
    }
    recent.insert(name)
  }

  mutating func remove(_ name: String) {
    recent.remove(name)
    earlier.remove(name)
  }
}
