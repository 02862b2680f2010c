import Synchronization

/// What commits cost. Noted once for each, however much it holds.
final class CommitMeter: Sendable {
  private let state = Mutex((seconds: Histogram.seconds, items: Histogram.sizes))

  /// - Parameters:
  ///   - items: the callers' transactions that shared the commit.
  ///   - duration: from its begin until it was on disk.
  func note(items: Int, took duration: Duration) {
    state.withLock { state in
      state.seconds.note(duration)
      state.items.note(Double(items))
    }
  }

  func figures(queued: Int) -> CommitFigures {
    state.withLock { CommitFigures(seconds: $0.seconds, items: $0.items, queued: queued) }
  }
}

/// What metrics tell of commits.
package struct CommitFigures: Sendable {
  package let seconds: Histogram
  package let items: Histogram
  /// Transactions that wait for a commit, or are in it.
  package let queued: Int
}
