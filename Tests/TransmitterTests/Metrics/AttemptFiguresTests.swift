import Testing

@testable import Transmitter

@Suite struct AttemptFiguresTests {
  @Test("F16 a clock that is set back takes nothing off the sum of the latencies")
  func clockSetBack() throws {
    var figures = AttemptFigures()
    let delivery = try PendingDelivery.testing(1)
    for seconds in [5, -3600] {
      figures.note(
        AttemptResult(.accepted, code: "http_202"), of: delivery, at: delivery.accepted + .seconds(seconds))
    }
    #expect(figures.latency.sum == 5)
    #expect(figures.latency.counts.reduce(0, +) == 2)
  }
}
