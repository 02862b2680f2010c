import HTTP

/// The token that a request shows in its `Authorization` field (RFC 6750 §2.1).
enum BearerToken {
  private static let schemes = ["bearer", "ssws"]

  /// Reads the token; nil if the request shows none.
  ///
  /// Okta's SDKs write `SSWS` for `Bearer`, and leave the space out after either: both are understood.
  ///
  /// - Throws: `APIError` for a token in the URL, or more than one.
  static func read(from request: Request) throws(APIError) -> String? {
    guard request.target.query("access_token") == nil else {
      throw refusal("a token in the URL ends up in logs; send it in the Authorization header field")
    }
    let values = request.fields.values(of: "Authorization")
    guard values.count <= 1 else { throw refusal("there is more than one Authorization header field") }
    return values.first.flatMap(token)
  }

  private static func token(_ credentials: String) -> String? {
    let lowered = credentials.lowercased()
    guard let scheme = schemes.first(where: lowered.hasPrefix) else { return nil }
    let token = credentials.dropFirst(scheme.count).drop { $0 == " " }
    return token.isEmpty ? nil : String(token)
  }

  private static func refusal(_ text: String) -> APIError {
    var error = APIError(.badRequest, .invalidRequest, text)
    error.challenge = .invalidRequest(text)
    return error
  }
}
