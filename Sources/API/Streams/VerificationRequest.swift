import JSON

/// The body of a verification request (SSF §8.1.4.2).
struct VerificationRequest: Sendable {
  private static let longestState = 1024

  let streamID: String
  /// Echoed in the event as it is.
  let state: String?

  init(_ body: RequestObject) throws(APIError) {
    streamID = try body.string("stream_id")
    state = try body.optionalString("state")
    guard state?.utf8.count ?? 0 <= Self.longestState else {
      throw .invalid(body.pointer.appending("state"), "is longer than \(Self.longestState) bytes")
    }
  }
}
