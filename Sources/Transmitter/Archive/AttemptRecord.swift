/// One attempt of a delivery, as it is told to administrators.
package struct AttemptRecord: Hashable, Sendable {
  /// Counted from 1.
  package let number: Int
  package let ended: Timestamp
  /// What happened, by its stable name: `http_503`, an RFC 8935 error code, `connect_refused`.
  package let code: String
  /// The status of the answer, if there was one.
  package let status: Int?
  /// How the body of the answer began, at most 1 KiB; empty for a success, of which it is not kept.
  package let answer: [UInt8]
}
