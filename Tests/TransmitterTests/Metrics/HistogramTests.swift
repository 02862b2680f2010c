import Testing

@testable import Transmitter

@Suite struct HistogramTests {
  @Test("a value counts in the first bucket that it does not exceed, or beyond all")
  func buckets() {
    var histogram = Histogram([1, 2])
    for value in [0.5, 1, 1.5, 2, 2.5] { histogram.note(value) }
    #expect(histogram.counts == [2, 2, 1])
    #expect(histogram.sum == 7.5)
  }

  @Test("durations are noted in seconds")
  func durations() {
    var histogram = Histogram.seconds
    histogram.note(.milliseconds(20))
    #expect(abs(histogram.sum - 0.02) < 1e-12)
  }
}
