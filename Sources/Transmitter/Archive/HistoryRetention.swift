/// Forgets what was settled long ago, with its event and attempts, and events that nobody asked for; gives the space that
/// this leaves back to the disk.
package final class HistoryRetention: Sendable {
  /// How long what is settled is kept.
  package struct Terms: Sendable {
    /// Delivered and dropped deliveries, from when they were settled; events that nobody asked for, from acceptance.
    package var settled: Duration
    /// Dead letters.
    package var letters: Duration

    package init(settled: Duration = .seconds(7 * 86_400), letters: Duration = .seconds(30 * 86_400)) {
      self.settled = settled
      self.letters = letters
    }
  }

  /// So much is gathered that not every delivery has a waking of its own.
  private static let shortestSleep = Duration.seconds(60)
  /// What comes meanwhile cannot be due before: the deletion of a stream may be, and costs nothing to wait for.
  private static let longestSleep = Duration.seconds(86_400)

  private let store: Store
  private let terms: Terms
  private let clock: SteadyClock
  private let environment: Environment
  private let task = StoppableTask()

  package init(store: Store, terms: Terms, clock: SteadyClock, environment: Environment) {
    self.store = store
    self.terms = terms
    self.clock = clock
    self.environment = environment
  }

  /// Forgets until `stop()`.
  package func run() async throws {
    try await task.run { [self] in
      // Events up to this one have deliveries, with which they will go.
      var mark: Int64 = 0
      try await environment.repeatedly { try await forget(after: &mark) }
    }
  }

  /// Ends the forgetting, also one that has not begun.
  package func stop() { task.stop() }

  /// Forgets all that is due, a slice at a time: between slices other commits go first. Answers in what time the next
  /// will be due.
  private func forget(after mark: inout Int64) async throws -> Duration {
    var progress = HistorySlice(mark: mark)
    repeat {
      progress = try await store.transaction(mayUseBallast: true) { [self, progress] transaction in
        try transaction.forgetSlice(after: progress.mark, before: cutoffs, mirroredBy: store.ledger)
      }
      mark = progress.mark
    } while !progress.isLast && !Task.isCancelled
    try await store.shrink()
    let next = progress.next ?? Self.longestSleep
    return min(max(next, Self.shortestSleep), Self.longestSleep, max(shortestTerm, Self.shortestSleep))
  }

  private var shortestTerm: Duration { min(terms.settled, terms.letters) }

  private var cutoffs: HistoryCutoffs {
    HistoryCutoffs(
      settled: clock.cutoff(of: terms.settled), letters: clock.cutoff(of: terms.letters),
      now: environment.now())
  }
}

/// What was settled before these instants is forgotten.
struct HistoryCutoffs: Sendable {
  let settled: Timestamp
  let letters: Timestamp
  /// What was accepted after this was accepted while the clock was wrong.
  let now: Timestamp

  /// Nothing that was settled before is left.
  var earliest: Timestamp { min(settled, letters) }
}

/// How far the forgetting has come.
struct HistorySlice: Sendable {
  /// The last event that was looked at.
  var mark: Int64
  /// Nothing more is due now.
  var isLast = false
  /// In what time the next will be due; nil if there is nothing.
  var next: Duration?
}

extension Transaction {
  /// Forgets the next slice of what is due: a page of rows in all, whatever they are.
  func forgetSlice(
    after mark: Int64, before cutoffs: HistoryCutoffs, mirroredBy ledger: TotalsLedger
  ) throws -> HistorySlice {
    var slice = HistorySlice(mark: mark)
    var left = Store.pageRows
    left -= try database.forget(.done, settledBefore: cutoffs.settled, atMost: left)
    left -= try database.forget(.letters, settledBefore: cutoffs.letters, atMost: left)
    let events = try database.eventPage(
      after: mark, acceptedBefore: cutoffs.settled, now: cutoffs.now, atMost: left)
    for event in events where event.isOld { try database.forgetEvent(event.id) }
    slice.mark = events.last?.id ?? mark
    left -= events.count
    let streams = try database.forgetStreams(deletedBefore: cutoffs.earliest, atMost: left)
    for stream in streams { afterCommit { ledger.forget(stream) } }
    slice.isLast = left > streams.count
    if slice.isLast { slice.next = try database.nextToForget(after: slice.mark, before: cutoffs) }
    return slice
  }
}
