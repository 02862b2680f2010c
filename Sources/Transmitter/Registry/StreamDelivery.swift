package import HTTP
package import SharedSignals

/// How SETs reach the receiver.
package enum StreamDelivery: Hashable, Sendable {
  /// We push (RFC 8935).
  case push(PushTarget)
  /// The receiver polls (RFC 8936), under a URL of ours that follows from the stream's id.
  case poll(DeliveryMethodURI)

  /// The method as the receiver spelled it: some know only the URIs of the drafts.
  package var method: DeliveryMethodURI {
    switch self {
    case .push(let target): target.method
    case .poll(let method): method
    }
  }

  /// Where SETs are pushed to; nil for a stream that is polled.
  package var pushTarget: PushTarget? {
    if case .push(let target) = self { target } else { nil }
  }
}

/// The receiver's end of a push stream.
package struct PushTarget: Hashable, Sendable {
  package var method: DeliveryMethodURI
  package var endpoint: HTTPURL
  /// Sent verbatim as `Authorization` with every push (SSF §6.1.1). A secret: sealed at rest, never answered.
  package var authorizationHeader: String?

  package init(method: DeliveryMethodURI, endpoint: HTTPURL, authorizationHeader: String? = nil) {
    self.method = method
    self.endpoint = endpoint
    self.authorizationHeader = authorizationHeader
  }
}
