/// The deliveries under way that are too large to be many: whatever streams hang, what they keep in memory is bounded, and
/// a stream that has some of it leaves as much to the others. Pure.
struct LargeDeliveries: Sendable {
  /// What is no larger is not counted: the slots bound it well enough.
  static let threshold = 64 << 10
  /// The bytes that the events of all large ones under way share. A stream's first may exceed them.
  static let budget = 3 << 20

  private var sizes: [Int64: Int] = [:]
  /// The bytes of each stream that has any.
  private var shares: [Int64: Int] = [:]
  private var total = 0

  /// The size of the largest delivery that the stream may start: a first one of any size while the budget is not used
  /// up, another only if it leaves as many bytes free as the stream has already.
  func room(for stream: Int64) -> Int {
    guard let share = shares[stream] else { return total < Self.budget ? .max : Self.threshold }
    return max(Self.budget - total - share, Self.threshold)
  }

  mutating func begin(_ delivery: PendingDelivery) {
    guard delivery.size > Self.threshold else { return }
    sizes[delivery.sequence] = delivery.size
    add(delivery.size, to: delivery.stream)
  }

  mutating func end(_ delivery: DeliveryKey) {
    guard let size = sizes.removeValue(forKey: delivery.sequence) else { return }
    add(-size, to: delivery.stream)
  }

  private mutating func add(_ bytes: Int, to stream: Int64) {
    total += bytes
    let share = shares[stream, default: 0] + bytes
    shares[stream] = share == 0 ? nil : share
  }
}
