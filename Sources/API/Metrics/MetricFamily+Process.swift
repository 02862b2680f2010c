import POSIX
import Transmitter

extension MetricFamily {
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
