package import Sockets

/// Why a destination is refused before a byte is sent to it.
package enum DestinationError: Error, Equatable, Sendable {
  /// The URL's scheme is `http`.
  case plainHTTP
  /// The address lies in a network that is not public; `use` says what it is for.
  case forbidden(IPAddress, SpecialNetwork.Use)
}

extension DestinationError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .plainHTTP: "the URL's scheme is http: the receiver must be reached by https"
    case .forbidden(let address, let use):
      "\(address) is a \(use.rawValue) address: if the receiver does live there, add its network to "
        + "`delivery.allowed_networks`"
    }
  }
}
