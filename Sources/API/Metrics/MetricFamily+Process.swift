import HTTPServer
import POSIX
import Transmitter

extension MetricFamily {
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

  /// The build, and the process under the names that Prometheus' own clients have for it.
  static func process(_ figures: ProcessFigures, started: Timestamp, build: BuildVersions) -> [MetricFamily] {
    [
      MetricFamily(
        "ssf_build_info", .gauge, "The versions that run.", [Sample(labels: build.labels, value: 1)]),
      MetricFamily(
        "process_cpu_seconds_total", .counter, "Processor time, user and system.", figures.processorSeconds),
      MetricFamily(
        "process_resident_memory_bytes", .gauge, "Resident memory.", Double(figures.residentBytes)),
      MetricFamily("process_virtual_memory_bytes", .gauge, "Virtual memory.", Double(figures.virtualBytes)),
      MetricFamily("process_open_fds", .gauge, "Open file descriptors.", Double(figures.openFiles)),
      MetricFamily("process_max_fds", .gauge, "The most file descriptors.", Double(figures.mostFiles)),
      MetricFamily("process_threads", .gauge, "Threads.", Double(figures.threads)),
      MetricFamily(
        "process_start_time_seconds", .gauge, "When the process started, in seconds since 1970.",
        Double(started.milliseconds) / 1000),
    ]
  }
}

extension BuildVersions {
  fileprivate var labels: [(name: String, value: String)] {
    [("version", transmitter), ("sqlite", sqlite), ("openssl", openssl)]
  }
}
