import Synchronization
import Transmitter

/// Names requests, so that an answer and the log can be brought together.
final class RequestIDs: Sendable {
  /// Random for each listener and start, so that ids of different runs do not meet in one log.
  private let prefix: String
  private let counter = Atomic(0)

  init(environment: Environment) {
    prefix = String(environment.newIdentifier().prefix(10))
  }

  func next() -> RequestID {
    RequestID(prefix: prefix, number: counter.wrappingAdd(1, ordering: .relaxed).newValue)
  }
}

/// The name of one request; it becomes text only where somebody will read it.
struct RequestID: Sendable, CustomStringConvertible {
  fileprivate let prefix: String
  fileprivate let number: Int

  var description: String { "\(prefix)-\(number)" }
}
