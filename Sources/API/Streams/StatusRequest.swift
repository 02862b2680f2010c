import JSON
import SharedSignals

/// The body of a status change (SSF §8.1.2.2).
struct StatusRequest: Sendable {
  let streamID: String
  let status: StreamStatus
  let reason: String?

  init(_ body: RequestObject) throws(APIError) {
    streamID = try body.string("stream_id")
    guard let status = StreamStatus(rawValue: try body.string("status")) else {
      throw .invalid(body.pointer.appending("status"), "must be enabled, paused or disabled")
    }
    self.status = status
    reason = try body.optionalString("reason")
  }
}
