import JSON
import SharedSignals

/// The body of a request that adds a subject to a stream or removes one (SSF §8.1.3.2, §8.1.3.3).
struct SubjectRequest: Sendable {
  let streamID: String
  let subject: SubjectIdentifier
  /// What is not said to be unverified is taken as verified. Means nothing in a removal.
  let isVerified: Bool

  /// - Throws: `APIError`, or `SubjectError` for a subject that does not obey its format.
  init(_ body: RequestObject) throws {
    streamID = try body.string("stream_id")
    let pointer = body.pointer.appending("subject")
    guard let json = try body.optional("subject") else {
      throw APIError.invalid(
        pointer, "is missing; send a subject identifier, such as {\"format\":\"email\",…}")
    }
    subject = try SubjectIdentifier(json: json, at: pointer)
    isVerified = try body.optionalBoolean("verified") ?? true
  }
}
