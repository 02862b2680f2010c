/// Why a client or token cannot be made, found, changed or deleted.
package enum AccessError: Error, CustomStringConvertible {
  case noSuchClient(String)
  case clientExists(String)
  case malformedClientID(String)
  case longDescription
  case malformedAudience
  case noSuchToken(String)
  case scopesExceedClient(ScopeSet, ScopeSet)
  /// Those that are good.
  case tooManyTokens([AccessToken])
  case lastAdministrator
  case noSuchSecret(String)
  case tooManySecrets(limit: Int)

  package var description: String {
    switch self {
    case .noSuchClient(let id): "there is no client '\(id)'"
    case .clientExists(let id): "a client '\(id)' exists already; choose another id or delete that one"
    case .malformedClientID(let id):
      "'\(id)' cannot be a client id: use 1 to 128 letters, digits and . _ ~ : - (not first)"
    case .longDescription: "must have at most \(Client.longestDescription) characters (Unicode scalars)"
    case .malformedAudience:
      "must have 1 to \(Client.longestAudience) characters, none of them space or control; "
        + "leave it out for the origin of the endpoint"
    case .noSuchToken(let id): "there is no token '\(id)' of this client"
    case .scopesExceedClient(let asked, let allowed):
      "a token cannot have the scopes '\(asked)': its client has only '\(allowed)'"
    case .tooManyTokens(let live):
      "a client has at most two tokens that are good, the old one and the new; revoke one first: "
        + live.map { "\($0.id) (\($0.lastUsed.map { "last used at \($0)" } ?? "never used"))" }
        .joined(separator: ", ")
    case .lastAdministrator:
      "nobody else could administer the transmitter then; make another token with ssf.admin first"
    case .noSuchSecret(let id): "there is no secret '\(id)' of this client"
    case .tooManySecrets(let limit):
      "a client has at most \(limit) secrets, the old one and the new; delete the one that is no longer used first"
    }
  }
}
