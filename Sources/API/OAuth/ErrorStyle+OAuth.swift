import HTTP
import JSON

extension ErrorStyle {
  /// The errors of the token endpoint (RFC 6749 §5.2).
  static let oauth = ErrorStyle(mediaType: "application/json") { error, _ in
    [
      "error": .string(error.oauthCode ?? code(of: error.status)),
      "error_description": .string(describable(error.detail)),
    ]
  }

  /// For refusals that the token endpoint shares with all others.
  private static func code(of status: HTTPStatus) -> String {
    switch status {
    case .internalServerError: "server_error"
    case .serviceUnavailable, .tooManyRequests: "temporarily_unavailable"
    default: "invalid_request"
    }
  }

  /// The characters that a description may have.
  private static func describable(_ text: String) -> String {
    String(
      text.unicodeScalars.map { scalar in
        let isAllowed = (0x20...0x7E).contains(scalar.value) && scalar != "\"" && scalar != "\\"
        return isAllowed ? Character(scalar) : "?"
      })
  }
}
