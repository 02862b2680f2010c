import Logging
import SharedSignals

/// What the log says about deliveries: each failure, each success where debugging is on, and loudly what somebody has
/// to look after. Never a subject.
struct DeliveryLog: Sendable {
  let logger: Logger

  func record(
    _ delivery: PendingDelivery, _ result: AttemptResult, _ verdict: DeliveryStateMachine.Verdict
  ) {
    logger.log(
      level: verdict == .delivered ? .debug : .notice, "delivery \(verdict.name)",
      metadata: [
        "stream": "\(delivery.stream)", "jti": "\(delivery.tokenID)", "code": "\(result.code)",
        "attempt": "\(delivery.history.attempts + 1)",
      ])
  }

  /// The breaker of a stream has opened or closed.
  func recordChange(of stream: Stream, isOutage: Bool, _ result: AttemptResult) {
    guard isOutage else {
      return logger.notice("receiver is back", metadata: ["stream": "\(stream.id)"])
    }
    let metadata: Logger.Metadata = ["stream": "\(stream.id)", "code": "\(result.code)"]
    switch result.kind {
    case .denied:
      logger.error("receiver lets us not in: its authorization header has to be renewed", metadata: metadata)
    default: logger.warning("receiver is only probed from now on", metadata: metadata)
    }
  }

  func recordPause(of stream: Stream) {
    logger.error(
      "stream paused: its receiver's endpoint is gone (410); events are held",
      metadata: ["stream": "\(stream.id)"])
  }
}

extension DeliveryStateMachine.Verdict {
  fileprivate var name: String {
    switch self {
    case .delivered: "succeeded"
    case .dead: "given up"
    case .expired: "expired"
    case .retry: "failed, to be retried"
    }
  }
}
