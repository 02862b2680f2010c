import Synchronization
import Transmitter

/// Names requests, so that an answer and the log can be brought together.
final class RequestIDs: Sendable {
  /// Random for each listener and start, so that ids of different runs do not meet in one log.
  private let run: UInt64
  private let counter = Atomic<UInt64>(0)

  init(environment: Environment) {
    run = environment.randomBytes(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  func next() -> RequestID {
    RequestID(run: run, number: counter.wrappingAdd(1, ordering: .relaxed).newValue)
  }
}
