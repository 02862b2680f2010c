/// Why the ring has no key to give, or does not change.
package enum KeyRingError: Error, CustomStringConvertible {
  case noActiveKey(SigningKey.Use)
  case noSuchKey(String)
  case keyExists(String, SigningKey.State)
  case tooManyKeys(SigningKey.Use)
  /// Withdrawn for good: whoever has the private key could sign in our name.
  case withdrawn(String)

  package var description: String {
    switch self {
    case .noActiveKey(let use): "there is no active \(use) to sign with"
    case .noSuchKey(let id): "there is no key \(id)"
    case .keyExists(let id, let state): "the key \(id) is here already, and is \(state.rawValue)"
    case .tooManyKeys(let use):
      "there are \(KeyRoster.mostOfUse) of them already, more is too much for one key set: wait until the oldest "
        + "retiring \(use) goes, or take it out with: keys retire --now KID"
    case .withdrawn(let id): "the key \(id) was withdrawn, and must never sign again; make a new one"
    }
  }
}
