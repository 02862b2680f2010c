import HTTP
import JSON
import Transmitter

/// How a family is told of refusals. Status and header fields are the same for all; the body is the family's.
struct ErrorStyle: Sendable {
  let mediaType: String
  /// The body; never empty, as some SDKs take an error without one for a success.
  let body: @Sendable (APIError, RequestID) -> JSONValue

  func response(to error: APIError, requestID: RequestID, now: Timestamp) -> Response {
    var fields = error.fields(now: now)
    fields["Content-Type"] = mediaType
    return Response(status: error.status, fields: fields, body: body(error, requestID).serialized())
  }
}
