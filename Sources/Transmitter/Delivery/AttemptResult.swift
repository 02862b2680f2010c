package import HTTP
import SharedSignals

/// What one attempt to deliver a SET came to.
package struct AttemptResult: Hashable, Sendable {
  /// What the result means for the delivery.
  package enum Kind: Hashable, Sendable {
    /// The receiver took the SET.
    case accepted
    /// The receiver will not take this SET, ever.
    case refused
    /// The receiver rejected this SET; it may think again.
    case rejected
    /// Something passing; `retryAfter` if the receiver said when to come again.
    case failed(retryAfter: Duration?)
  }

  package let kind: Kind
  /// A stable name of what happened: `http_503`, an RFC 8935 error code, `connect_refused`.
  package let code: String
  /// The status of the answer, if there was one.
  package let status: Int?
  /// How the body of an answer began that is no acceptance.
  package var answer: [UInt8] = []

  /// As much of an answer is kept.
  static let longestAnswer = 1024

  package init(_ kind: Kind, code: String, status: Int? = nil) {
    self.kind = kind
    self.code = code
    self.status = status
  }
}

extension AttemptResult {
  /// No attempt was made: the horizon had passed.
  static let tooOld = AttemptResult(.failed(retryAfter: nil), code: "horizon_passed")

  /// Reads a receiver's answer (RFC 8935 §2.2–2.4, and HTTP for the rest).
  ///
  /// - Parameter now: seconds since 1970, for a Retry-After that is a date.
  package init(status: HTTPStatus, fields: HTTPFields, body: [UInt8], now: Timestamp) {
    let code = "http_\(status.code)"
    switch status.code {
    case 200..<300:
      self.init(.accepted, code: code, status: status.code)
    case 300..<400:
      self.init(.failed(retryAfter: nil), code: "redirect_refused", status: status.code)
    case 400:
      self.init(badRequest: SETErrorReport(body: body)?.code)
    case 413:
      self.init(.refused, code: code, status: status.code)
    case 429, 503:
      let wait = fields["Retry-After"].flatMap { Self.retryAfter($0, now: now) }
      self.init(.failed(retryAfter: wait), code: code, status: status.code)
    case 401, 403, 404, 408, 410, 425, 500...:
      self.init(.failed(retryAfter: nil), code: code, status: status.code)
    default:
      self.init(.rejected, code: code, status: status.code)
    }
  }

  /// A 400 says more in its body: which errors end a SET, and which may pass (a stale key cache does).
  private init(badRequest error: SETErrorCode?) {
    let code = error?.rawValue ?? "http_400"
    switch error {
    case .invalidKey?, .authenticationFailed?, .accessDenied?:
      self.init(.failed(retryAfter: nil), code: code, status: 400)
    case nil, .invalidIssuer?, .invalidAudience?:
      self.init(.rejected, code: code, status: 400)
    default:
      self.init(.refused, code: code, status: 400)
    }
  }

  private static let longestWait = Duration.seconds(24 * 3600)

  /// Seconds or a date (RFC 9110 §10.2.3), at least a second and at most a day; nil if it is neither.
  static func retryAfter(_ value: String, now: Timestamp) -> Duration? {
    let isNumber = !value.isEmpty && value.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    if isNumber { return clamp(Int64(value).map { .seconds($0) } ?? longestWait) }
    guard let date = HTTPDate.parse(value) else { return nil }
    return clamp(.seconds(date - now.seconds))
  }

  private static func clamp(_ wait: Duration) -> Duration {
    min(max(wait, .seconds(1)), longestWait)
  }
}
