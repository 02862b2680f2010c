import HTTP

/// What a request shows in its `Authorization` field: an access token, and the scheme that says how it is used.
struct Credentials: Sendable {
  enum Scheme: Sendable {
    /// Whoever holds the token may use it (RFC 6750 §2.1).
    case bearer
    /// Whoever holds the key that it is bound to, as these values of the `DPoP` field are to prove (RFC 9449 §7.1).
    case possession(proofs: [String])
  }

  let scheme: Scheme
  let token: String
}

extension Credentials {
  /// Reads the field; nil if it is not there, or of a scheme that means nothing here.
  ///
  /// - Throws: `APIError` 400 for a token in the URL, and for more than one way of showing one (RFC 6750 §3.1).
  static func read(from request: Request) throws(APIError) -> Credentials? {
    guard request.target.query("access_token") == nil else {
      throw refusal("a token in the URL ends up in logs; send it in the Authorization header field")
    }
    let values = request.fields.values(of: "Authorization")
    guard values.count <= 1 else { throw refusal("there is more than one Authorization header field") }
    let proofs = request.fields.values(of: "DPoP")
    guard let credentials = values.first.flatMap({ parse($0, proofs) }) else { return nil }
    guard !request.hasTokenInForm else {
      throw refusal("there is a token in the body beside the one in the header")
    }
    return credentials
  }

  /// Okta's SDKs write `SSWS` for `Bearer`, and leave the space out after either: both are understood.
  private static let bearerSchemes = ["bearer", "ssws"]

  private static let possessionScheme = "dpop"

  private static func parse(_ field: String, _ proofs: [String]) -> Credentials? {
    let lowered = field.lowercased()
    guard let name = (bearerSchemes + [possessionScheme]).first(where: lowered.hasPrefix) else { return nil }
    let token = field.dropFirst(name.count).drop { $0 == " " }
    let scheme = name == possessionScheme ? Scheme.possession(proofs: proofs) : .bearer
    return token.isEmpty ? nil : Credentials(scheme: scheme, token: String(token))
  }

  private static func refusal(_ text: String) -> APIError {
    var error = APIError(.badRequest, .invalidRequest, text)
    error.challenge = .invalidRequest(text)
    return error
  }
}

extension Request {
  /// Whether a form in the body has a member `access_token` (RFC 6750 §2.2).
  fileprivate var hasTokenInForm: Bool {
    guard mediaType == "application/x-www-form-urlencoded" else { return false }
    return body.split(separator: UInt8(ascii: "&")).contains { $0.starts(with: "access_token=".utf8) }
  }
}
