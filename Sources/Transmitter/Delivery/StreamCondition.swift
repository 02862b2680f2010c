/// How the receiver of a push stream fares, as the dispatcher sees it.
package struct StreamCondition: Hashable, Sendable {
  /// Whether the receiver is delivered to.
  package enum Breaker: String, Sendable {
    case closed
    /// Nothing is sent before the next probe.
    case open
    /// A probe is under way, or may start.
    case halfOpen = "half-open"
  }

  package let streamID: String
  package let breaker: Breaker
  /// Why the breaker is not closed.
  package let trouble: ReceiverTrouble?
  /// The code of a fault of our own that holds the stream, whatever its receiver does.
  package let fault: String?
  /// How much longer the receiver wants nothing (Retry-After).
  package let quiet: Duration?
  /// SETs under way.
  package let inFlight: Int
  /// Due deliveries that were read ahead.
  package let ready: Int
}

extension StreamQueue {
  func condition(of streamID: String, at now: Moment) -> StreamCondition {
    StreamCondition(
      streamID: streamID, breaker: breakerState(at: now), trouble: trouble,
      fault: fault,
      quiet: quietUntil.map { $0 - now.uptime }.flatMap { $0 > .zero ? $0 : nil },
      inFlight: inFlightCount, ready: readyCount)
  }

  private func breakerState(at now: Moment) -> StreamCondition.Breaker {
    guard isOutage else { return .closed }
    return isPaused(at: now) ? .open : .halfOpen
  }
}
