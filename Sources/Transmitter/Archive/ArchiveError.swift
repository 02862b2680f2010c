/// Why an operation on a delivery is refused.
package enum ArchiveError: Error, CustomStringConvertible {
  case noSuchDelivery(String)
  case notReplayable(String, DeliveryState)
  /// It told of a stop of its stream, which may be over.
  case outdated(String)
  case notDiscardable(String, DeliveryState)
  /// The filter of a change of many asks for a state that the change is not for.
  case unchangeableState(DeliveryState)
  case disabledStream(String)
  case unnamedStream
  case malformedReason

  package var description: String {
    switch self {
    case .noSuchDelivery(let jti):
      "there is no delivery with the jti \(jti): it never was, or is older than the history that is kept"
    case .notReplayable(let jti, let state):
      "the delivery \(jti) is \(state.rawValue); dead, expired and delivered ones can be replayed"
    case .outdated(let jti):
      "the delivery \(jti) told of a stop of its stream, which may be over: it cannot be replayed, only discarded"
    case .notDiscardable(let jti, let state):
      "the delivery \(jti) is \(state.rawValue); only dead and expired ones can be discarded"
    case .unchangeableState(let state):
      "deliveries that are \(state.rawValue) cannot be changed so; dead and expired ones can, and delivered ones "
        + "can be replayed"
    case .disabledStream(let id): "the stream \(id) is disabled; enable it first"
    case .unnamedStream: "is missing: a change of many deliveries is made stream by stream"
    case .malformedReason: "must have 1 to 1024 characters"
    }
  }
}
