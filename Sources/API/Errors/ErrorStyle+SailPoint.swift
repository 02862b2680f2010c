import HTTP
import JSON
import Transmitter

extension ErrorStyle {
  /// SailPoint's ErrorResponseDto, but for 401 and 429, which its gateway answers in shapes of their own.
  static let sailPoint = ErrorStyle(mediaType: "application/json") { error, requestID in
    switch error.status {
    case .unauthorized: ["error": .string(error.detail)]
    case .tooManyRequests: ["message": .string(error.detail)]
    default:
      [
        "detailCode": .string(sailPointDetailCode(of: error)),
        "trackingId": .string(requestID.description),
        "messages": [sailPointMessage(error.detail)],
        "causes": .array(error.faults.map { sailPointMessage($0.sentence) }),
      ]
    }
  }

  private static func sailPointDetailCode(of error: APIError) -> String {
    switch error.status {
    case .badRequest: error.isUnreadable ? "400.0 Bad request syntax" : "400.1 Bad Request Content"
    case .notFound: "404 Not found"
    case .internalServerError: "500.0 Internal Fault"
    default: error.status.description
    }
  }

  private static func sailPointMessage(_ text: String) -> JSONValue {
    ["locale": "en-US", "localeOrigin": "DEFAULT", "text": .string(text)]
  }
}
