/// Why nothing but probes goes to a receiver.
package struct ReceiverTrouble: Hashable, Sendable {
  /// The code of the last result that told of it: `http_401`, `connect_refused`.
  package let code: String
  /// What operators are called for; nil while the receiver has merely asked for a pause (Retry-After).
  package let alarm: ReceiverAlarm?

  init(_ result: AttemptResult) {
    code = result.code
    alarm = ReceiverAlarm(result.kind)
  }
}

/// What operators are called for: nothing of a stream is delivered, and that may not pass by itself. Each goes to the log
/// and is counted when it begins; the stream's condition tells how long it lasts.
package enum ReceiverAlarm: String, CaseIterable, Sendable, CustomStringConvertible {
  /// The receiver does not let us in (401, 403).
  case denies = "receiver_denies"
  /// Nobody takes SETs at the endpoint any more (410).
  case gone = "receiver_gone"
  /// Whatever is sent there fails: the network, TLS, or the receiver itself.
  case fails = "receiver_fails"

  init?(_ kind: AttemptResult.Kind) {
    switch kind {
    case .deferred, .unsent: return nil
    case .denied: self = .denies
    case .gone: self = .gone
    case .accepted, .refused, .rejected, .failed, .keyUnknown: self = .fails
    }
  }

  package var description: String {
    switch self {
    case .denies: "the receiver does not let us in: its authorization header has to be renewed"
    case .gone: "the receiver's endpoint is gone (410): its stream is held until somebody enables it"
    case .fails: "the receiver fails: it is only probed from now on"
    }
  }
}
