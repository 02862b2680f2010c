/// Expires what has waited for longer than its stream's horizon: whatever it waits for, be it a receiver that is down,
/// a poll that nobody makes, or the end of a pause.
package final class HorizonWatch: Sendable {
  private let store: Store
  private let registry: StreamRegistry
  private let doorbell: Doorbell
  private let machine: DeliveryStateMachine
  private let clock: SteadyClock
  private let environment: Environment
  private let task = StoppableTask()

  package init(
    store: Store, registry: StreamRegistry, doorbell: Doorbell, machine: DeliveryStateMachine,
    clock: SteadyClock, environment: Environment
  ) {
    self.store = store
    self.registry = registry
    self.doorbell = doorbell
    self.machine = machine
    self.clock = clock
    self.environment = environment
  }

  /// Watches until `stop()`.
  package func run() async throws {
    try await task.run { [self] in
      try await environment.repeatedly { try await expireAll() }
    }
  }

  /// Ends the watch, also one that has not begun.
  package func stop() { task.stop() }

  /// Expires what is too old in every stream; answers in what time the next may be. What is accepted meanwhile cannot
  /// be too old before the shortest horizon is over.
  private func expireAll() async throws -> Duration {
    var next = DeliveryTerms.horizons.lowerBound
    for stream in registry.streams(of: .administrator) {
      if let wait = try await expire(stream) { next = min(next, wait) }
    }
    return next
  }

  /// Answers in what time the oldest that is left will be too old; nil if nothing waits.
  private func expire(_ stream: Stream) async throws -> Duration? {
    let cutoff = clock.cutoff(of: stream.terms.horizon ?? machine.horizon)
    guard let first = try await store.read({ try $0.firstWaiting(in: stream.number) }) else { return nil }
    let isOldest = first.since >= cutoff && first.isInOrder(at: environment.now())
    let oldest = isOldest ? first.since : try await expire(stream, before: cutoff)
    return oldest.map { $0.since(cutoff) + .milliseconds(1) }
  }

  /// A slice at a time: between slices other commits go first.
  private func expire(_ stream: Stream, before cutoff: Timestamp) async throws -> Timestamp? {
    var slice = ExpirySlice()
    while !slice.isLast {
      slice = try await store.transaction(mayUseBallast: true) { [environment, slice] transaction in
        try transaction.expire(after: slice, before: cutoff, of: stream.number, at: environment.now())
      }
    }
    doorbell.ring(stream.number)
    return slice.oldest
  }
}
