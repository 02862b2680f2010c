import HTTPServer

extension MetricFamily {
  /// What the listeners do.
  static func servers(_ servers: [(name: String, counters: ServerCounters)]) -> [MetricFamily] {
    func each(_ value: (ServerCounters) -> Int) -> [Sample] {
      servers.map { Sample(labels: [("listener", $0.name)], value: Double(value($0.counters))) }
    }
    let limits = Dictionary(uniqueKeysWithValues: ServerCounters.limitCodes.map { ($0, 0) })
    let failures = servers.flatMap { server in
      server.counters.failures.merging(limits, uniquingKeysWith: +).sorted { $0.key < $1.key }.map {
        Sample(labels: [("listener", server.name), ("code", $0.key)], value: Double($0.value))
      }
    }
    return [
      MetricFamily("ssf_http_connections", .gauge, "Connections that are open.", each(\.open)),
      MetricFamily("ssf_http_connections_total", .counter, "Connections accepted.", each(\.accepted)),
      MetricFamily(
        "ssf_http_refused_total", .counter, "Connections answered 503 for their number.", each(\.refused)),
      MetricFamily(
        "ssf_http_shed_total", .counter, "Connections closed unserved for want of file descriptors.",
        each(\.shed)),
      MetricFamily("ssf_http_requests_total", .counter, "Complete requests.", each(\.requests)),
      MetricFamily(
        "ssf_http_failures_total", .counter,
        "Connections that did not end in the ordinary way, by what ended them: limits, faults, clients that left.",
        failures),
    ]
  }
}
