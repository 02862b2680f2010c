import HTTP
import JSON
import Transmitter

extension ErrorStyle {
  /// Problem details (RFC 9457), for the standard family and the admin API.
  static let problem = ErrorStyle(mediaType: "application/problem+json") { error, requestID in
    var problem: JSONObject = [
      "type": .string("urn:ssf-transmitter:problem:\(error.kind.rawValue)"),
      "title": .string(error.status.reason),
      "status": .integer(Int64(error.status.code)),
      "detail": .string(error.detail),
      "request_id": .string(requestID.description),
    ]
    if !error.faults.isEmpty {
      problem["errors"] = .array(error.faults.map(\.json))
    }
    return .object(problem)
  }
}
