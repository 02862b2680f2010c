import JOSE

/// What a `WWW-Authenticate` field says (RFC 6750 §3): the scheme, and why the request was not let through.
struct Challenge: CustomStringConvertible {
  private enum Scheme: String {
    case basic = "Basic"
    case bearer = "Bearer"
    case possession = "DPoP"
  }

  private var scheme = Scheme.bearer
  private var attributes: [(name: String, value: String)] = [("realm", "ssf-transmitter")]

  private init(_ attributes: [(name: String, value: String)] = []) {
    self.attributes += attributes
  }

  /// How a client may authenticate at the token endpoint (RFC 6749 §5.2).
  static let basic = {
    var challenge = Challenge()
    challenge.scheme = .basic
    return challenge
  }()

  /// No credentials came: no error is named (RFC 6750 §3.1).
  static let missing = Challenge()

  /// The token is of no use. Why is not told: it would help somebody who guesses.
  static let invalidToken = Challenge([
    ("error", "invalid_token"),
    ("error_description", "The access token is malformed, unknown, expired or revoked"),
  ])

  /// The proof lacks the nonce that comes with the answer (RFC 9449 §9).
  static let useNonce = Challenge([("error", "use_dpop_nonce")]).inScheme(.possession(proofs: []))

  static func invalidRequest(_ description: String) -> Challenge {
    Challenge([("error", "invalid_request"), ("error_description", description)])
  }

  static func insufficientScope(_ scope: String) -> Challenge {
    Challenge([("error", "insufficient_scope"), ("scope", scope)])
  }

  /// The challenge in the scheme that the request was made in (RFC 9449 §7.1).
  func inScheme(_ scheme: Credentials.Scheme) -> Challenge {
    guard case .possession = scheme else { return self }
    var challenge = self
    challenge.scheme = .possession
    challenge.attributes.append(("algs", SignatureAlgorithm.allCases.map(\.rawValue).joined(separator: " ")))
    return challenge
  }

  /// The challenge with where to learn how to get an access token (RFC 9728 §5.1), if it is one that is wanted.
  func naming(resourceMetadata url: String) -> Challenge {
    guard scheme != .basic else { return self }
    var challenge = self
    challenge.attributes.insert(("resource_metadata", url), at: 1)
    return challenge
  }

  var description: String {
    scheme.rawValue + " " + attributes.map { "\($0.name)=\"\($0.value)\"" }.joined(separator: ", ")
  }
}
