import HTTP
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
  /// are enforced in silence (`idle_timeout`, `write_timeout`, `request_limit`, `lifetime`, `peer_left`,
  /// `peer_reset`, `stopped`, `socket_error`).
  package var failures: [String: Int] = [:]

  /// Those codes of them that stand for the limits of `ServerLimits`: a metric has each from the start, so that the
  /// first time is seen.
  package static let limitCodes: [String] = {
    let sizes: [MessageFault] = [
      .requestLineTooLong, .headerBlockTooLarge, .tooManyFields, .bodyTooLarge, .chunkExtensionsTooLong,
    ]
    let failures: [ServerFailure] = [
      .headerTimeout, .bodyTimeout, .tooManyConnections, .tooManyConnectionsOfAddress,
    ]
    let silent: [ConnectionEnd.Reason] = [.idleTimeout, .writeTimeout, .requestLimit, .lifetime]
    return sizes.map(\.rawValue) + failures.map(\.code) + silent.map(\.rawValue)
  }()
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
