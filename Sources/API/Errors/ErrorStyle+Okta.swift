import HTTP
import JSON
import Transmitter

extension ErrorStyle {
  /// Okta's Error. Its SDKs make an error of their own of every body that has an `errorCode`, and of no other.
  static let okta = ErrorStyle(mediaType: "application/json") { error, requestID in
    let told = OktaError(error)
    var json: JSONObject = [
      "errorCode": .string(told.code),
      "errorSummary": .string(told.summary),
      "errorLink": .string(told.code),
      "errorId": .string(requestID.description),
      "errorCauses": .array(told.causes.map { ["errorSummary": .string($0)] }),
    ]
    // By this one member the SDKs know that a proof wants a nonce, and only then try again.
    json["error"] = error.oauthCode.map(JSONValue.string)
    return .object(json)
  }
}

/// A refusal in Okta's words.
private struct OktaError {
  let code: String
  let summary: String
  private(set) var causes: [String] = []

  init(_ error: APIError) {
    switch error.kind {
    case _ where error.isUnreadable, .malformedMessage where error.status.code < 500:
      self.init("E0000003", "The request was not well-formed", because: error.detail)
    case .invalidRequest, .keyReused: self.init(validation: error)
    case .unauthorized: self.init("E0000011", "Invalid token provided", because: error.detail)
    case .forbidden:
      self.init(
        "E0000006", "You do not have permission to perform the requested action", because: error.detail)
    case .notFound: self.init("E0000007", "Not found: \(error.detail)")
    case .methodNotAllowed:
      self.init(
        "E0000022", "The endpoint does not support the provided HTTP method", because: error.detail)
    case .conflict: self.init("E0000195", "Api validation failed due to conflict: \(error.detail)")
    case .tooSoon:
      self.init(
        "E0000047", "API call exceeded rate limit due to too many requests", because: error.detail)
    case .unavailable: self.init("E0000010", "Service is in read only mode", because: error.detail)
    case .internalError, .malformedMessage:
      self.init("E0000009", "Internal Server Error", because: error.detail)
    }
  }

  private init(_ code: String, _ summary: String, because cause: String? = nil) {
    self.code = code
    self.summary = summary
    causes = cause.map { [$0] } ?? []
  }

  private init(validation error: APIError) {
    let members = error.faults.map(\.member).joined(separator: ", ")
    self.init("E0000001", "Api validation failed: \(members.isEmpty ? error.detail : members)")
    causes = error.faults.map(\.sentence)
  }
}
