import Transmitter

/// Who may call an endpoint.
enum AccessRule: Sendable {
  case anyone
  /// A token with at least one of these scopes; the first is the one that is asked for.
  case scope(Scope, or: Scope? = nil)
}
