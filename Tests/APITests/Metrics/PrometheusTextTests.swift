import Testing

@testable import API

@Suite struct PrometheusTextTests {
  @Test("a family is written with its help, its type and its samples")
  func family() {
    let family = MetricFamily(
      "ssf_x_total", .counter, "What\nx \\ is.",
      [.init(labels: [("stream", "a"), ("code", "b")], value: 3), .init(value: 0.25)])
    #expect(
      PrometheusText.write([family]) == """
        # HELP ssf_x_total What\\nx \\\\ is.
        # TYPE ssf_x_total counter
        ssf_x_total{stream="a",code="b"} 3
        ssf_x_total 0.25

        """)
  }

  @Test("a label's value cannot end its quotes or its line")
  func escaping() {
    let family = MetricFamily("m", .gauge, "h", [.init(labels: [("l", "a\\\"b\n")], value: 1)])
    #expect(PrometheusText.write([family]).contains(#"m{l="a\\\"b\n"} 1"#))
  }

  @Test("numbers are written as Prometheus reads them")
  func numbers() {
    #expect(PrometheusText.number(.infinity) == "+Inf")
    #expect(PrometheusText.number(-.infinity) == "-Inf")
    #expect(PrometheusText.number(.nan) == "NaN")
    #expect(PrometheusText.number(1e15) == "1000000000000000")
    #expect(PrometheusText.number(0.00025) == "0.00025")
  }
}
