import Transmitter

extension MetricFamily {
  static func disk(isFull: Bool) -> [MetricFamily] {
    [
      MetricFamily(
        "ssf_disk_full", .gauge, "1 while the disk is full: nothing new is accepted, deliveries go on.",
        isFull ? 1 : 0)
    ]
  }

  static func commits(_ figures: CommitFigures) -> [MetricFamily] {
    [
      MetricFamily("ssf_commit_seconds", "From the begin of a commit until it is on disk.", figures.seconds),
      MetricFamily("ssf_commit_transactions", "Transactions that shared a commit.", figures.items),
      MetricFamily(
        "ssf_commit_queue", .gauge, "Transactions that wait for a commit, or are in it.",
        Double(figures.queued)),
    ]
  }
}
