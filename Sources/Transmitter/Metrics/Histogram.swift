/// How often a figure was how large: counts between fixed bounds, and the sum.
package struct Histogram: Sendable {
  /// Upper bounds, ascending; what is greater than the last is counted beyond it.
  package let bounds: [Double]
  /// One for each bound, and one for what is beyond the last.
  package private(set) var counts: [Int]
  package private(set) var sum = 0.0

  init(_ bounds: [Double]) {
    self.bounds = bounds
    counts = [Int](repeating: 0, count: bounds.count + 1)
  }

  mutating func note(_ value: Double) {
    counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
    sum += value
  }

  mutating func note(_ duration: Duration) {
    note(duration / .seconds(1))
  }
}

extension Histogram {
  /// From the time of a short signature to that of a disk in trouble.
  static let seconds = Histogram([
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5,
  ])
  /// From what a receiver next door takes to the longest horizon.
  static let latencies = Histogram([
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3600, 86_400, 604_800,
  ])
  static let sizes = Histogram([1, 2, 5, 10, 20, 50, 100, 200, 500])
}
