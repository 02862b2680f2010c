/// Why a host name could not be turned into addresses.
package enum ResolverError: Error, Equatable, Sendable {
  /// The name does not exist, has no address, or cannot be a name.
  case notFound(host: String)
  /// The name servers gave no answer now; a later try may succeed.
  case temporaryFailure(host: String)
  /// The deadline came first.
  case deadlinePassed(host: String)
  /// The waiting task was cancelled.
  case cancelled(host: String)
  /// Anything else, in the words of the system's resolver.
  case failed(host: String, reason: String)
}

extension ResolverError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notFound(let host): "the host name \"\(host)\" does not exist or has no address"
    case .temporaryFailure(let host): "the name servers gave no answer for \"\(host)\""
    case .deadlinePassed(let host): "the look-up of \"\(host)\" took too long"
    case .cancelled(let host): "the look-up of \"\(host)\" was cancelled"
    case .failed(let host, let reason): "the look-up of \"\(host)\" failed: \(reason)"
    }
  }
}
