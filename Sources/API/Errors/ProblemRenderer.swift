import HTTP
import JSON
import Transmitter

/// Renders refusals as problem details (RFC 9457), for the standard family and the admin API.
enum ProblemRenderer {
  static func response(to error: APIError, requestID: RequestID) -> Response {
    var problem: JSONObject = [
      "type": .string("urn:ssf-transmitter:problem:\(error.kind.rawValue)"),
      "title": .string(error.status.reason),
      "status": .integer(Int64(error.status.code)),
      "detail": .string(error.detail),
      "request_id": .string(requestID.description),
    ]
    if !error.faults.isEmpty {
      problem["errors"] = .array(
        error.faults.map { ["pointer": .string($0.pointer.description), "detail": .string($0.text)] })
    }
    var fields: HTTPFields = ["Content-Type": "application/problem+json", "Cache-Control": "no-store"]
    fields["WWW-Authenticate"] = error.challenge?.description
    fields["Retry-After"] = error.retryAfter.map { String($0.secondsRoundedUp) }
    if !error.allow.isEmpty {
      fields["Allow"] = error.allow.map(\.rawValue).joined(separator: ", ")
    }
    return Response(status: error.status, fields: fields, body: JSONValue.object(problem).serialized())
  }
}
