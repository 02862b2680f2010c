package import JSON

/// Why a stream operation was refused.
package enum RegistryError: Error, CustomStringConvertible {
  /// There is no such stream, or it is somebody else's: nobody learns which (SSF §8).
  case noSuchStream(String)
  /// The client that the stream would belong to does not exist, or no longer.
  case noSuchClient(String)
  /// The configuration key names the limit that is reached.
  case tooManyStreams(limit: Int, key: String)
  /// The configuration key names the limit that a stream's subjects have reached.
  case tooManySubjects(limit: Int, key: String)
  /// A client adds and removes subjects too fast.
  case tooManyChanges(retryAfter: Duration)
  /// A member of the request is unacceptable.
  case invalid(JSONPointer, String)
  /// A verification was asked for too soon.
  case verificationTooSoon(retryAfter: Duration)

  package var description: String {
    switch self {
    case .noSuchStream(let id): "there is no stream '\(id)'"
    case .noSuchClient(let id): "there is no client '\(id)'"
    case .tooManyStreams(let limit, let key):
      "the limit of \(limit) stream\(limit == 1 ? "" : "s") is reached; delete one, or raise \(key)"
    case .tooManySubjects(let limit, let key):
      "the stream has its most subjects, \(limit); remove others, or raise \(key)"
    case .tooManyChanges(let wait):
      "subjects are added and removed too fast (limits.subject_changes_per_second); "
        + "try again in \(wait.secondsRoundedUp) s"
    case .invalid(let pointer, let text): "\(pointer): \(text)"
    case .verificationTooSoon(let wait):
      "a verification was requested less than min_verification_interval ago; "
        + "try again in \(wait.secondsRoundedUp) s"
    }
  }
}
