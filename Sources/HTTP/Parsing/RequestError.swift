/// A request that is refused before any endpoint sees it. It ends the connection: behind it nothing on that
/// connection can be told to be a request.
package struct RequestError: Error, Hashable, Sendable, CustomStringConvertible {
  package let reason: MessageFault

  package init(reason: MessageFault) {
    self.reason = reason
  }

  package var description: String { reason.description }

  /// The answer; 400 unless the RFC has a status of its own for the fault.
  package var status: HTTPStatus {
    switch reason {
    case .bodyTooLarge: .contentTooLarge
    case .requestLineTooLong: .uriTooLong
    case .unknownExpectation: .expectationFailed
    case .headerBlockTooLarge, .tooManyFields: .requestHeaderFieldsTooLarge
    case .unknownMethod, .unknownTransferCoding: .notImplemented
    case .unsupportedVersion: .httpVersionNotSupported
    default: .badRequest
    }
  }
}
