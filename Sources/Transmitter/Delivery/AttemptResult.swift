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
    /// Something passing, on the way or at the receiver.
    case failed
    /// The receiver asks for nothing before this wait is over.
    case deferred(Duration)
    /// The receiver does not know our key; its copy of our keys may lag behind a rotation.
    case keyUnknown
    /// The receiver does not let us in: that has nothing to do with this SET.
    case denied
    /// Nobody takes SETs there any more.
    case gone
    /// A fault of our own: nothing was sent, and nothing is known of the receiver.
    case unsent
  }

  package let kind: Kind
  /// A stable name of what happened: `http_503`, an RFC 8935 error code, `connect_refused`.
  package let code: String
  /// The status of the answer, if there was one.
  package let status: Int?
  /// How the body of an answer began that is no acceptance.
  package var answer: [UInt8] = []
  /// Why nothing was sent, in a few words for the log.
  private(set) var cause: String?

  /// As much of an answer is kept.
  static let longestAnswer = 1024
  private static let longestCause = 300

  package init(_ kind: Kind, code: String, status: Int? = nil) {
    self.kind = kind
    self.code = code
    self.status = status
  }
}

extension AttemptResult {
  /// Something here failed before anything was sent.
  static func unsent(code: String, _ error: any Error) -> AttemptResult {
    var result = AttemptResult(.unsent, code: code)
    result.cause = String("\(error)".prefix(longestCause))
    return result
  }

  /// The code as metrics count it. Names that receivers make up are all one: none of them passes for a code of ours, and
  /// there are as many codes as the standards and we have.
  var metricCode: String {
    guard status == 400, code != Self.unexplained, SETErrorCode(rawValue: code)?.isRegistered != true
    else { return code }
    return "receiver_error"
  }

  /// The code of a 400 that does not say what is wrong.
  private static let unexplained = "http_400"

  /// No attempt was made: the horizon had passed.
  static let tooOld = AttemptResult(.failed, code: "horizon_passed")

  /// Reads a receiver's answer (RFC 8935 §2.2–2.4, and HTTP for the rest).
  ///
  /// - Parameter now: seconds since 1970, for a Retry-After that is a date.
  package init(status: HTTPStatus, fields: HTTPFields, body: [UInt8], now: Timestamp) {
    let code = "http_\(status.code)"
    switch status.code {
    case 200..<300:
      self.init(.accepted, code: code, status: status.code)
    case 300..<400:
      self.init(.failed, code: "redirect_refused", status: status.code)
    case 400:
      self.init(badRequest: SETErrorReport(body: body)?.code)
    case 401, 403:
      self.init(.denied, code: code, status: status.code)
    case 410:
      self.init(.gone, code: code, status: status.code)
    case 413:
      self.init(.refused, code: code, status: status.code)
    case 429, 503:
      let wait = fields["Retry-After"].flatMap { Self.retryAfter($0, now: now) }
      self.init(wait.map(Kind.deferred) ?? .failed, code: code, status: status.code)
    case 404, 408, 425, 500...:
      self.init(.failed, code: code, status: status.code)
    default:
      self.init(.rejected, code: code, status: status.code)
    }
  }

  /// A 400 says more in its body: which errors end a SET, and which may pass (a stale key cache does).
  private init(badRequest error: SETErrorCode?) {
    let code = error?.rawValue ?? Self.unexplained
    switch error {
    case .invalidKey?:
      self.init(.keyUnknown, code: code, status: 400)
    case .authenticationFailed?, .accessDenied?:
      self.init(.denied, code: code, status: 400)
    case nil, .invalidIssuer?, .invalidAudience?:
      self.init(.rejected, code: code, status: 400)
    default:
      self.init(.refused, code: code, status: 400)
    }
  }

  /// A receiver cannot ask for a longer one.
  static let longestWait = Duration.seconds(24 * 3600)

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
