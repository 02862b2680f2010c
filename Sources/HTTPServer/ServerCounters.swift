import Synchronization

/// What a server has done since its start, at one moment.
package struct ServerCounters: Sendable, Equatable {
  /// Connections that are open now.
  package var open = 0
  /// Connections taken from the listener, refused ones included.
  package var accepted = 0
  /// Connections answered 503 for their number.
  package var refused = 0
  /// Connections closed unserved because the process had no file descriptor left.
  package var shed = 0
  /// Complete requests.
  package var requests = 0
  /// Connections that did not end in the ordinary way, by code: those of ``ServerFailure`` and of limits that
  /// are enforced in silence (`idle_timeout`, `write_timeout`, `peer_left`, `peer_reset`, `stopped`,
  /// `socket_error`).
  package var failures: [String: Int] = [:]
}

/// The counters as they grow, from many tasks.
final class Tally: Sendable {
  private let accepted = Atomic(0)
  private let refused = Atomic(0)
  private let requests = Atomic(0)
  private let failures = Mutex<[String: Int]>([:])

  func countConnection() {
    accepted.add(1, ordering: .relaxed)
  }

  func countRefusal() {
    refused.add(1, ordering: .relaxed)
  }

  func countRequest() {
    requests.add(1, ordering: .relaxed)
  }

  func countFailure(_ code: String) {
    failures.withLock { $0[code, default: 0] += 1 }
  }

  func counters(open: Int, shed: Int) -> ServerCounters {
    ServerCounters(
      open: open, accepted: accepted.load(ordering: .relaxed), refused: refused.load(ordering: .relaxed),
      shed: shed, requests: requests.load(ordering: .relaxed), failures: failures.withLock { $0 })
  }
}
