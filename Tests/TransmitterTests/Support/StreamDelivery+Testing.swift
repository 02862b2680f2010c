import HTTP
import SharedSignals
import Transmitter

extension StreamDelivery {
  static func push(_ endpoint: HTTPURL, authorization: String? = nil) -> StreamDelivery {
    .push(
      PushTarget(method: DeliveryMethodURI(.push), endpoint: endpoint, authorizationHeader: authorization))
  }

  /// Changes where a push stream goes.
  mutating func editTarget(_ edit: (inout PushTarget) -> Void) {
    guard case .push(var target) = self else { return }
    edit(&target)
    self = .push(target)
  }
}
