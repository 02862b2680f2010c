import Logging
import SharedSignals

/// What the log says about deliveries: each failure, each success where debugging is on, and loudly what somebody has
/// to look after. Never a subject.
struct DeliveryLog: Sendable {
  let logger: Logger

  /// - Parameter stream: the stream's id, looked up for what is written only.
  func record(
    _ delivery: PendingDelivery, of stream: @autoclosure () -> String, _ result: AttemptResult,
    _ verdict: DeliveryStateMachine.Verdict
  ) {
    logger.log(
      level: verdict == .delivered ? .debug : .notice, "delivery \(verdict.name)",
      metadata: [
        "stream": "\(stream())", "jti": "\(delivery.tokenID)", "code": "\(result.code)",
        "attempt": "\(delivery.history.attempts + 1)",
      ])
  }

  /// Nothing of the stream can be sent now, and that is no fault of its receiver's.
  func recordFault(_ result: AttemptResult, of stream: Stream) {
    var metadata: Logger.Metadata = ["stream": "\(stream.id)", "code": "\(result.code)"]
    metadata["cause"] = result.cause.map { "\($0)" }
    logger.error("nothing of a stream can be sent", metadata: metadata)
  }

  /// What held the stream here is over.
  func recordFaultEnd(of stream: Stream) {
    logger.notice("SETs of a stream are sent again", metadata: ["stream": "\(stream.id)"])
  }

  /// Nothing of the stream is delivered now. An alarm calls operators; a pause that the receiver asks for does not.
  func record(_ trouble: ReceiverTrouble, of stream: Stream) {
    var metadata: Logger.Metadata = ["stream": "\(stream.id)", "code": "\(trouble.code)"]
    guard let alarm = trouble.alarm else {
      return logger.notice("receiver asks for a pause", metadata: metadata)
    }
    metadata["alarm"] = "\(alarm.rawValue)"
    logger.error("\(alarm)", metadata: metadata)
  }

  /// The receiver takes SETs again.
  func recordReturn(of stream: Stream) {
    logger.notice("receiver is back", metadata: ["stream": "\(stream.id)"])
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
