package import JSON

/// Why something about an identity source is refused.
package enum IdentitySourceError: Error, CustomStringConvertible {
  case noSuchSource(String)
  case sourceExists(String)
  case malformedSourceID(String)
  case noSuchSession(String)
  /// The session has this status, and cannot do what is asked.
  case wrongStatus(SessionStatus, String)
  case sessionOpen(String)
  case importTooSoon(retryAfter: Duration)
  case nothingUploaded
  case tooManyUploads(limit: Int)
  case tooManyWaiting(limit: Int)
  /// The source has a dry run that waits for its turn.
  case dryRunWaiting(String)
  case notHeld(String)
  case noSuchIdentity(String)
  case identityExists(String)
  /// A member of the request, and what is wrong with it.
  case invalid(JSONPointer, String)

  package var description: String {
    switch self {
    case .noSuchSource(let id): "there is no identity source '\(id)'; an administrator makes one"
    case .sourceExists(let id): "there is an identity source '\(id)' already"
    case .malformedSourceID(let id):
      "'\(id)' cannot be an identity source's id: use 1 to 64 letters, digits and . _ ~ - (not first)"
    case .noSuchSession(let id): "there is no session '\(id)' of this identity source"
    case .wrongStatus(let status, let what): "a session that is \(status.rawValue) \(what)"
    case .sessionOpen(let id): "the session '\(id)' is still open; start its import, or delete it first"
    case .importTooSoon(let wait):
      "an import of this source was started just now; make the next session in \(wait.components.seconds + 1) s"
    case .nothingUploaded: "the session has no data; upload some before starting the import"
    case .tooManyUploads(let limit): "the session has \(limit) uploads already; start its import"
    case .tooManyWaiting(let limit):
      "\(limit) imports of this source wait for their turn; the first may be held for an administrator"
    case .dryRunWaiting(let id):
      "a dry run of the source '\(id)' waits for its turn already; ask again when it is answered"
    case .notHeld(let id): "the import '\(id)' is not held"
    case .noSuchIdentity(let id): "there is no user '\(id)' in this identity source"
    case .identityExists(let id): "there is a user '\(id)' in this identity source already"
    case .invalid(let pointer, let text): "\(pointer): \(text)"
    }
  }
}
