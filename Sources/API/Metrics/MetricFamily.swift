import Transmitter

/// One metric with all its samples.
struct MetricFamily: Sendable {
  enum Kind: String, Sendable { case counter, gauge, histogram }

  struct Sample: Sendable {
    /// What follows the family's name: `_bucket`, `_sum` and `_count` of a histogram.
    var suffix = ""
    var labels: [(name: String, value: String)] = []
    let value: Double
  }

  let name: String
  let kind: Kind
  let help: String
  var samples: [Sample] = []

  init(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
    self.name = name
    self.kind = kind
    self.help = help
    self.samples = samples
  }

  /// A metric with a single value.
  init(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
    self.init(name, kind, help, [Sample(value: value)])
  }

  init(_ name: String, _ help: String, _ histogram: Histogram) {
    var total = 0
    var samples: [Sample] = []
    for (bound, count) in zip(histogram.bounds + [.infinity], histogram.counts) {
      total += count
      samples.append(
        Sample(suffix: "_bucket", labels: [("le", PrometheusText.number(bound))], value: Double(total)))
    }
    samples.append(Sample(suffix: "_sum", value: histogram.sum))
    samples.append(Sample(suffix: "_count", value: Double(total)))
    self.init(name, .histogram, help, samples)
  }
}
