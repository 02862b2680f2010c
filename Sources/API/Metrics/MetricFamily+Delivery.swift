import Transmitter

extension MetricFamily {
  /// How the receivers of push streams fare.
  static func receivers(_ streams: [StreamCondition]) -> [MetricFamily] {
    func each(_ value: (StreamCondition) -> Double) -> [Sample] {
      streams.map { Sample(labels: [("stream", $0.streamID)], value: value($0)) }
    }
    return [
      MetricFamily(
        "ssf_in_flight", .gauge, "SETs under way to the stream's receiver.", each { Double($0.inFlight) }),
      MetricFamily("ssf_read_ahead", .gauge, "Due deliveries in memory.", each { Double($0.ready) }),
      MetricFamily(
        "ssf_breaker_state", .gauge, "0 closed; 1 half-open, a probe may start; 2 open, nothing is sent.",
        each { Double($0.breaker.level) }),
      MetricFamily(
        "ssf_receiver_trouble", .gauge, "Why the breaker is not closed: the code of the last failure.",
        streams.compactMap { stream in
          stream.trouble.map {
            Sample(labels: [("stream", stream.streamID), ("code", $0.code)], value: 1)
          }
        }),
      MetricFamily(
        "ssf_delivery_fault", .gauge, "A fault of our own that holds the stream: its code.",
        streams.compactMap { stream in
          stream.fault.map { Sample(labels: [("stream", stream.streamID), ("code", $0)], value: 1) }
        }),
      MetricFamily(
        "ssf_quiet_seconds", .gauge, "How much longer the receiver wants nothing (Retry-After).",
        each { ($0.quiet ?? .zero) / .seconds(1) }),
    ]
  }

  /// Zero too, so that the first of a kind is seen to be one more.
  static func alarms(_ counts: [ReceiverAlarm: Int]) -> MetricFamily {
    MetricFamily(
      "ssf_alarms_total", .counter, "How often operators were called, by the reason.",
      ReceiverAlarm.allCases.map {
        Sample(labels: [("alarm", $0.rawValue)], value: Double(counts[$0] ?? 0))
      })
  }

  static func attempts(_ figures: AttemptFigures) -> [MetricFamily] {
    [
      MetricFamily(
        "ssf_attempts_total", .counter, "Attempts to push a SET, by what they came to.",
        figures.counts.sorted { $0.key < $1.key }.map {
          Sample(labels: [("code", $0.key)], value: Double($0.value))
        }),
      MetricFamily(
        "ssf_delivery_latency_seconds", "From acceptance, or replay, to the receiver's 2xx.", figures.latency),
    ]
  }
}

extension StreamCondition.Breaker {
  fileprivate var level: Int {
    switch self {
    case .closed: 0
    case .halfOpen: 1
    case .open: 2
    }
  }
}
