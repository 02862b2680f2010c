/// Whose turn it is: each stream with something to do once, in the order in which it asked. One busy stream
/// cannot keep the others waiting for more than its one turn.
struct Rotation: Sendable {
  private var order: [Int64] = []
  private var members: Set<Int64> = []

  /// Puts a stream at the end, if it is not in line already.
  mutating func join(_ stream: Int64) {
    if members.insert(stream).inserted { order.append(stream) }
  }

  /// Takes the next stream out of the line.
  mutating func next() -> Int64? {
    guard !order.isEmpty else { return nil }
    let stream = order.removeFirst()
    members.remove(stream)
    return stream
  }
}
