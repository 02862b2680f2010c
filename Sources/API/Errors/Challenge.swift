/// What a `WWW-Authenticate` field says (RFC 6750 §3): the scheme, and why the request was not let through.
struct Challenge: CustomStringConvertible {
  private let scheme: String
  private let attributes: [(name: String, value: String)]

  private init(_ attributes: [(name: String, value: String)], scheme: String = "Bearer") {
    self.scheme = scheme
    self.attributes = [("realm", "ssf-transmitter")] + attributes
  }

  /// How a client may authenticate at the token endpoint (RFC 6749 §5.2).
  static let basic = Challenge([], scheme: "Basic")

  /// No credentials came: no error is named (RFC 6750 §3.1).
  static let missing = Challenge([])

  /// The token is of no use. Why is not told: it would help somebody who guesses.
  static let invalidToken = Challenge([
    ("error", "invalid_token"),
    ("error_description", "The access token is malformed, unknown, expired or revoked"),
  ])

  static func invalidRequest(_ description: String) -> Challenge {
    Challenge([("error", "invalid_request"), ("error_description", description)])
  }

  static func insufficientScope(_ scope: String) -> Challenge {
    Challenge([("error", "insufficient_scope"), ("scope", scope)])
  }

  var description: String {
    scheme + " " + attributes.map { "\($0.name)=\"\($0.value)\"" }.joined(separator: ", ")
  }
}
