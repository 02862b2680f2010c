import Logging
import SharedSignals

/// What the log says about deliveries: each failure, and each success where debugging is on. Never a subject.
struct DeliveryLog: Sendable {
  let logger: Logger

  func record(
    _ delivery: PendingDelivery, _ result: AttemptResult, _ verdict: DeliveryStateMachine.Verdict
  ) {
    logger.log(
      level: verdict == .delivered ? .debug : .notice, "delivery \(verdict.name)",
      metadata: [
        "stream": "\(delivery.stream)", "jti": "\(delivery.token.id)", "code": "\(result.code)",
        "attempt": "\(delivery.history.attempts + 1)",
      ])
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
