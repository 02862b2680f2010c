/// Sees when a flood of connections is over, so that the memory it took can be given back.
struct Tide {
  private static let flood = 256
  private static let share = 8
  private var highest = 0

  /// There are more connections than before.
  mutating func rise(to count: Int) {
    highest = max(highest, count)
  }

  /// There are fewer connections than before. Answers whether a flood has just ended: an eighth of it is left.
  mutating func fall(to count: Int) -> Bool {
    guard highest >= Self.flood, count <= highest / Self.share else { return false }
    highest = count
    return true
  }
}
