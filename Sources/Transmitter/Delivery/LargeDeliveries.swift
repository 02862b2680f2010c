/// The deliveries under way that are too large to be many: whatever streams hang, what they keep in memory is bounded.
/// Pure.
struct LargeDeliveries: Sendable {
  /// What is no larger is not counted: the slots bound it well enough.
  static let threshold = 64 << 10
  /// The bytes that the events of all large ones under way may have together.
  static let budget = 4 << 20

  private var sizes: [Int64: Int] = [:]
  private var total = 0

  /// The size of the largest delivery that may start. Where none is under way, any may.
  var room: Int { sizes.isEmpty ? .max : max(Self.budget - total, Self.threshold) }

  mutating func begin(_ delivery: PendingDelivery) {
    guard delivery.size > Self.threshold else { return }
    sizes[delivery.sequence] = delivery.size
    total += delivery.size
  }

  mutating func end(_ sequence: Int64) {
    total -= sizes.removeValue(forKey: sequence) ?? 0
  }
}
